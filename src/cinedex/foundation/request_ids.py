"""The number of a request: the caller's own where it is well formed, else one that is made here.

It stands in each answer's `X-Request-ID`, in the body of each error, and in each line that is logged meanwhile.
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from itertools import count
from typing import Final

HEADER: Final = b"x-request-id"

# What others may put into our logs and answers: no blanks, no quotes, nothing long.
_WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,64}")

_current: ContextVar[bytes] = ContextVar("request_id", default=b"")
_made: Iterator[bytes] = iter(())


def _begin_process() -> None:
    """Draw 96 bits for this process, which a count makes into numbers: an answer from the cache costs little more."""
    global _made  # noqa: PLW0603 -- a process that is forked must not go on with its parent's
    _made = map((secrets.token_hex(12).encode() + b"%d").__mod__, count())


_begin_process()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_process)


def begin(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the number of the request that has these headers; from now on it is `current`."""
    for name, value in headers:
        if name == HEADER and _WELL_FORMED.fullmatch(value):
            number = value
            break
    else:
        number = next(_made)
    _current.set(number)
    return number


def current() -> str:
    """Return the number of the request that is being answered; a new one where none is."""
    return (_current.get() or begin(())).decode()


def known() -> str:
    """Return the number of the request that is being answered, empty where none is."""
    return _current.get().decode()

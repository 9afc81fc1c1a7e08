"""From where a change comes: a command at the machine, or a request of somebody at an address."""

from contextvars import ContextVar
from typing import Final

import msgspec


class Origin(msgspec.Struct, frozen=True):
    """Who acts: `by` is "command", or the session or key that was shown, and empty while nobody has."""

    by: str = "command"
    actor_id: int | None = None
    actor: str = ""
    address: str = ""


_COMMAND: Final = Origin()

_current: ContextVar[Origin] = ContextVar("origin", default=_COMMAND)


def begin(address: str) -> None:
    """Begin a request from this address; nobody is known yet."""
    _current.set(Origin(by="", address=address))


def identify(actor_id: int, actor: str, by: str) -> None:
    """Note who sent the request, as that has been shown."""
    _current.set(Origin(by, actor_id, actor, _current.get().address))


def current() -> Origin:
    """Return from where the running task comes."""
    return _current.get()

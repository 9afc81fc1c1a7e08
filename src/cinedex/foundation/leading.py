"""Who works, among several that could: one at a time, and another one when that one is gone."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import filelock

IsHeld = Callable[[], bool]
"""Says whether the lead is still held: a connection that is lost takes it away."""


class LedElsewhere(Exception):
    """Another process leads."""


class Lead(Protocol):
    """Something that one process at a time can hold. It is free again as soon as that process is gone."""

    def hold(self) -> AbstractAsyncContextManager[IsHeld]:
        """Hold it until the block ends. Raises LedElsewhere, at once."""
        ...


class FileLead:
    """Led by whoever has locked a file: one among the processes that share a folder."""

    def __init__(self, path: Path) -> None:
        self._lock = filelock.FileLock(path, blocking=False, thread_local=False)

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[IsHeld]:
        """Hold it until the block ends; see the port. Raises OSError where no file can be made."""
        try:
            self._lock.acquire()
        except filelock.Timeout as error:
            raise LedElsewhere from error
        try:
            yield lambda: True
        finally:
            self._lock.release()

"""The signal of a commit on PostgreSQL: a message from the transaction, and a look now and then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cinedex.foundation.database.advisory import OUTBOX_CHANNEL
from cinedex.foundation.database.port import DatabaseUnavailable
from cinedex.foundation.database.postgres.connecting import as_unavailable, connected_alone
from cinedex.foundation.urls import DatabaseUrl

# Should a message ever be lost, a change waits this long.
_NET_SECONDS = 1.0
_COMMAND_SECONDS = 5.0


class PostgresChanges:
    """Tells when an entry of the outbox was committed, by any process on any machine; see `listening`."""

    def __init__(self) -> None:
        self._noted = asyncio.Event()
        self._is_lost = False
        self._look_at = asyncio.get_running_loop().time() + _NET_SECONDS

    async def wait(self, timeout_seconds: float, stopping: asyncio.Event) -> bool:
        """Wait until something may have been committed since the last call; see the port.

        Raises DatabaseUnavailable when the connection was lost: what is committed meanwhile is not told.
        """
        waiting = [asyncio.create_task(event.wait()) for event in (self._noted, stopping)]
        try:
            await asyncio.wait(waiting, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        if self._is_lost:
            raise DatabaseUnavailable(retry_after_seconds=1)
        now = asyncio.get_running_loop().time()
        if not self._noted.is_set() and now < self._look_at:
            return False
        self._noted.clear()
        self._look_at = now + _NET_SECONDS
        return True

    def note(self, *_: object) -> None:
        """Take a message."""
        self._noted.set()

    def lose(self, *_: object) -> None:
        """Take the end of the connection."""
        self._is_lost = True
        self._noted.set()


@asynccontextmanager
async def listening(url: DatabaseUrl) -> AsyncIterator[PostgresChanges]:
    """Listen on a connection of its own until the block ends. Raises DatabaseUnavailable."""
    async with connected_alone(url, command_seconds=_COMMAND_SECONDS, settings={}) as connection:
        signal = PostgresChanges()
        connection.add_termination_listener(signal.lose)
        with as_unavailable():
            await connection.add_listener(OUTBOX_CHANNEL, signal.note)
        yield signal

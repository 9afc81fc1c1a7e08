"""What every database does for the services above it, whichever it is."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.errors import Unavailable
from cinedex.foundation.leading import Lead


class DatabaseUnavailable(Unavailable):
    """The database does not answer, is full, or another writer held it for too long."""

    message = "The catalogue cannot be reached now. Please try again."
    code = "database_unavailable"


class ChangeSignal(Protocol):
    """Tells a follower that something was committed, by any process."""

    async def wait(self, timeout_seconds: float, stopping: asyncio.Event) -> bool:
        """Wait until something may have been committed since the last call, and return whether it may.

        Returns early when the time has run out, or `stopping` is set. Raises DatabaseUnavailable.
        """
        ...


class Database(Protocol):
    """Transactions, and what processes that share a database tell one another through it.

    All that it opens raises DatabaseUnavailable within seconds when the database refuses or does not answer.
    Of a transaction whose commit was not answered, nobody knows whether it was kept.
    """

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a write transaction; it is committed when the block ends, rolled back when it raises."""
        ...

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a read transaction: one consistent snapshot until the block ends."""
        ...

    def migrating(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a write transaction that may take its time, for migrations; one process has one at a time."""
        ...

    def changes(self) -> AbstractAsyncContextManager[ChangeSignal]:
        """Open a signal, which knows of all that is committed from now on."""
        ...

    def lead(self, turn: Advisory) -> Lead:
        """Return what one of all processes on this database can hold, on whatever machine, for each kind of turn."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...

"""Transactions on PostgreSQL, from one pool for those who read and one for those who write."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import InvalidatePoolError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.database.port import ChangeSignal, DatabaseUnavailable
from cinedex.foundation.database.postgres.changes import listening
from cinedex.foundation.database.postgres.connecting import CONNECT_SECONDS, as_unavailable, connect
from cinedex.foundation.database.postgres.lead import PostgresLead
from cinedex.foundation.leading import Lead
from cinedex.foundation.urls import DatabaseUrl

# In each process. Readers get connections of their own, so that no queue of writers keeps them waiting.
_READERS = 5
_WRITERS = 3
# The server ends what takes longer; the driver gives up a moment later, when not even that is answered.
_STATEMENT_SECONDS = 5
_LOCK_SECONDS = 4
_COMMAND_SECONDS = 6
# A writer that is idle for longer was stopped in the middle, and keeps all others from their turn. A reader may
# have to wait for the index between two parts of the catalogue.
_IDLE_WRITER_SECONDS = 10
_IDLE_READER_SECONDS = 120
_MIGRATION_SECONDS = 3600


class PostgresDatabase:
    """A database of a PostgreSQL server; see `port.Database`.

    Writers read what is committed (READ COMMITTED) and wait for one another where they take turns: see
    `outbox.take_turn`. Readers have one snapshot (REPEATABLE READ).
    """

    def __init__(self, url: DatabaseUrl) -> None:
        self._url = url
        self._readers = self._engine(
            _COMMAND_SECONDS,
            _limits(_STATEMENT_SECONDS, _IDLE_READER_SECONDS),
            pool_size=_READERS,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
        )
        self._writer = self._engine(
            _COMMAND_SECONDS, _limits(_STATEMENT_SECONDS, _IDLE_WRITER_SECONDS), pool_size=_WRITERS
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a write transaction; it is committed when the block ends, rolled back when it raises."""
        async with _connected(self._writer) as connection:
            yield connection
            await connection.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a read transaction: one consistent snapshot until the block ends."""
        async with _connected(self._readers) as connection:
            yield connection

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """Open a write transaction for migrations, after those of other processes have ended.

        A table that others use is waited for a few seconds only: whoever waits for it stands in the way of all
        who come later.
        """
        engine = self._engine(_MIGRATION_SECONDS, _limits(0, 0), pool_size=1)
        try:
            async with _connected(engine) as connection:
                await connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": Advisory.MIGRATIONS.value}
                )
                await connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
                yield connection
                await connection.commit()
        finally:
            await engine.dispose()

    def changes(self) -> AbstractAsyncContextManager[ChangeSignal]:
        """Open a signal, which knows of all that is committed from now on."""
        return listening(self._url)

    def lead(self, turn: Advisory) -> Lead:
        """Return what one of all processes on this database can hold, on whatever machine."""
        return PostgresLead(self._url, turn)

    async def close(self) -> None:
        """Close all connections."""
        await self._readers.dispose()
        await self._writer.dispose()

    def _engine(
        self, command_seconds: float, settings: dict[str, str], *, pool_size: int, **options: Any
    ) -> AsyncEngine:
        engine = create_async_engine(
            # Where that is, only the driver is told: SQLAlchemy could show it, and reads other options in it.
            "postgresql+asyncpg://",
            async_creator=partial(connect, self._url, command_seconds=command_seconds, settings=settings),
            pool_size=pool_size,
            max_overflow=0,
            # Values would put password hashes into the texts of errors, and so into logs.
            hide_parameters=True,
            **options,
        )

        @event.listens_for(engine.sync_engine, "checkout")
        def _leave_out_the_lost(_connection: object, _record: object, proxy: Any) -> None:
            # The driver has noticed that the server went away, and nobody needs to fail to learn it.
            if proxy.driver_connection.is_closed():
                raise InvalidatePoolError

        return engine


def _limits(statement_seconds: int, idle_seconds: int) -> dict[str, str]:
    return {
        "statement_timeout": f"{statement_seconds}s",
        "lock_timeout": f"{_LOCK_SECONDS if statement_seconds else 0}s",
        "idle_in_transaction_session_timeout": f"{idle_seconds}s",
    }


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Take a connection of the pool; what it has not committed is undone when the block ends."""
    with as_unavailable():
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await engine.connect()
        except InvalidRequestError as error:
            # While a server dies a new connection may be lost as well; the pool gives up after the second.
            raise DatabaseUnavailable(retry_after_seconds=1) from error
        try:
            yield connection
        except (TimeoutError, asyncio.CancelledError):
            # A server that did not answer this would not answer a ROLLBACK either. It notices that we are gone.
            await _cut_off(connection)
            raise
        finally:
            await connection.close()


async def _cut_off(connection: AsyncConnection) -> None:
    if not connection.invalidated:
        pooled = await connection.get_raw_connection()
        driver: Any = pooled.driver_connection
        driver.terminate()
        await connection.invalidate()

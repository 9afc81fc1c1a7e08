"""Transactions on SQLite: many readers, one writer at a time, and a signal when something was committed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.database.port import DatabaseUnavailable
from cinedex.foundation.leading import FileLead, Lead

_BUSY_SECONDS = 5
_READERS = 4
_POLL_SECONDS = 0.005


class SqliteDatabase:
    """One SQLite file in WAL mode; see `port.Database`.

    Writers take their turn with `BEGIN IMMEDIATE`, so a transaction that has begun cannot fail for
    another writer's sake; readers never wait. `synchronous=FULL` makes a commit survive a power cut.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite+aiosqlite:///{path}"
        self._readers = self._engine(pool_size=_READERS, begin="BEGIN")
        self._writer = self._engine(pool_size=1, begin="BEGIN IMMEDIATE")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a write transaction; it is committed when the block ends, rolled back when it raises.

        Raises DatabaseUnavailable when SQLite cannot begin or commit.
        """
        with _as_unavailable():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a read transaction: one consistent snapshot until the block ends."""
        with _as_unavailable():
            async with self._readers.connect() as connection:
                yield connection

    def migrating(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a write transaction, which one process has at a time anyway."""
        return self.transaction()

    @asynccontextmanager
    async def changes(self) -> AsyncIterator["SqliteChanges"]:
        """Open a signal, which knows of all that is committed from now on."""
        signal = SqliteChanges(self.path)
        try:
            yield signal
        finally:
            signal.close()

    def lead(self, turn: Advisory) -> Lead:
        """Return what one of all processes on this file can hold."""
        return FileLead(self.path.with_suffix(f".{turn.name.lower()}"))

    async def close(self) -> None:
        """Close all connections."""
        await self._readers.dispose()
        await self._writer.dispose()

    def _engine(self, *, pool_size: int, begin: str) -> AsyncEngine:
        engine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            # Values would put password hashes into the texts of errors, and so into logs.
            hide_parameters=True,
            connect_args={"timeout": _BUSY_SECONDS},
        )

        @event.listens_for(engine.sync_engine, "connect")
        def _configure(connection: DBAPIConnection, _record: object) -> None:
            # The driver's own implicit BEGIN is switched off; ours, below, says which kind.
            connection.isolation_level = None
            try:
                cursor = connection.cursor()
                for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                    cursor.execute(f"PRAGMA {pragma}")
                cursor.close()
            except BaseException:
                # The pool has not taken it yet, so nobody else would end its thread.
                connection.close()
                raise

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql(begin)

        return engine


class SqliteChanges:
    """Tells when any connection of any process has committed to the file.

    SQLite counts commits of others in `PRAGMA data_version`; reading it costs a few microseconds, so a
    follower can ask often and needs no message between processes. Raises DatabaseUnavailable.
    """

    def __init__(self, path: Path) -> None:
        with _as_unavailable():
            self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
            self._seen = self._version()

    async def wait(self, timeout_seconds: float, stopping: asyncio.Event) -> bool:
        """Wait until something was committed since the last call, and return whether it was; see the port."""
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        with _as_unavailable():
            while (version := self._version()) == self._seen:
                if stopping.is_set() or asyncio.get_running_loop().time() >= deadline:
                    return False
                await asyncio.sleep(_POLL_SECONDS)
        self._seen = version
        return True

    def close(self) -> None:
        """Close the signal's own connection."""
        self._connection.close()

    def _version(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """Turn SQLite's refusals (busy, locked, full, read-only, damaged) into the one that callers know."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError, PoolTimeout) as error:
        raise DatabaseUnavailable(retry_after_seconds=1) from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        # Of this kind itself, and not one of those derived from it, is damage to the file.
        if type(error) in {DatabaseError, sqlite3.DatabaseError}:
            raise DatabaseUnavailable(retry_after_seconds=1) from error
        raise

"""Connections to PostgreSQL, and its refusals as the one that callers know."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cinedex.foundation.database.port import DatabaseUnavailable
from cinedex.foundation.urls import DatabaseUrl

CONNECT_SECONDS = 3.0
_GOODBYE_SECONDS = 1.0

# By class and code of SQLSTATE: connection, login, no such database, read-only or idle for too long, conflict
# with another transaction, resources (disk full, too many connections), lock timeout, operator or statement
# timeout, the system's input and output, damage.
_REFUSALS = ("08", "28", "3D", "25006", "25P03", "40", "53", "55P03", "57", "58", "XX")
# What a database says that was not migrated yet, or is being migrated just now.
_NOT_MIGRATED = ("42P01", "0A000")
_OF_THE_DRIVER = (asyncpg.InterfaceError, asyncpg.InternalClientError)


async def connect(
    url: DatabaseUrl, *, command_seconds: float | None, settings: dict[str, str]
) -> "asyncpg.Connection[Any]":
    """Connect, within a few seconds; each command may take `command_seconds` then.

    Raises what the driver raises: see `as_unavailable`.
    """
    return await asyncpg.connect(
        url.with_password,
        timeout=CONNECT_SECONDS,
        command_timeout=command_seconds,
        server_settings={"application_name": "cinedex", **settings},
    )


@asynccontextmanager
async def connected_alone(
    url: DatabaseUrl, *, command_seconds: float, settings: dict[str, str]
) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Open a connection that is in no pool, and close it when the block ends. Raises DatabaseUnavailable."""
    with as_unavailable():
        connection = await connect(url, command_seconds=command_seconds, settings=settings)
    try:
        yield connection
    finally:
        # One that does not answer any more is cut off by this all the same.
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=_GOODBYE_SECONDS)


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Turn what PostgreSQL and the way to it refuse into DatabaseUnavailable, and leave mistakes as they are."""
    try:
        yield
    except (OSError, PoolTimeout) as error:
        raise DatabaseUnavailable(retry_after_seconds=1) from error
    except (DBAPIError, asyncpg.PostgresError, *_OF_THE_DRIVER) as error:
        if _is_refusal(error):
            raise DatabaseUnavailable(retry_after_seconds=1) from error
        raise


def _is_refusal(error: Exception) -> bool:
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    if driver_error is not None and isinstance(driver_error.__cause__, Exception):
        driver_error = driver_error.__cause__
    state = getattr(driver_error, "sqlstate", None)
    if state is not None:
        return str(state).startswith((*_REFUSALS, *_NOT_MIGRATED))
    # Without a state it is the driver itself: the connection is closed, or was told that it will be and is asked
    # all the same, or a value cannot be sent.
    return isinstance(driver_error, _OF_THE_DRIVER) and not isinstance(driver_error, asyncpg.DataError)

"""The lead among all processes on a PostgreSQL database: an advisory lock that ends with its connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.database.port import DatabaseUnavailable
from cinedex.foundation.database.postgres.connecting import as_unavailable, connected_alone
from cinedex.foundation.leading import IsHeld, LedElsewhere
from cinedex.foundation.urls import DatabaseUrl

if TYPE_CHECKING:
    import asyncpg

_BEAT_SECONDS = 1.0
_COMMAND_SECONDS = 2.0
# How the server notices that the holder was stopped, or that its machine or the way to it is gone.
_NOTICED = {
    "idle_session_timeout": "4s",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "4000",
}


class PostgresLead:
    """Led by whoever has the lock; see `leading.Lead`. Lost with the connection, which is why it is asked often."""

    def __init__(self, url: DatabaseUrl, turn: Advisory) -> None:
        self._url = url
        self._turn = turn

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[IsHeld]:
        """Hold it until the block ends. Raises LedElsewhere at once, and DatabaseUnavailable."""
        async with connected_alone(
            self._url, command_seconds=_COMMAND_SECONDS, settings=_NOTICED
        ) as connection:
            with as_unavailable():
                is_ours = await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._turn.value)
            if not is_ours:
                raise LedElsewhere
            beating = asyncio.create_task(_beat(connection))
            try:
                yield lambda: not beating.done() and not connection.is_closed()
            finally:
                beating.cancel()
                await asyncio.wait([beating])


async def _beat(connection: "asyncpg.Connection[Any]") -> None:
    """Use the connection now and then; end when it does not answer any more."""
    try:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            with as_unavailable():
                await connection.execute("SELECT 1")
    except DatabaseUnavailable:
        return

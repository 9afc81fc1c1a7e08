"""Connections to PostgreSQL that are in no pool."""

import asyncio

import pytest

from catalogues import on_postgres
from cinedex.foundation.database import DatabaseUnavailable
from cinedex.foundation.database.postgres.connecting import as_unavailable, connected_alone
from cinedex.foundation.urls import DatabaseUrl
from servers.postgres import PostgresServer
from servers.slow_way import slow_way


@on_postgres
async def test_one_that_is_about_to_end_counts_as_ended(
    database_url: DatabaseUrl, postgres: PostgresServer
) -> None:
    """The server has said that it ends the connection, and the end itself is still on its way."""
    async with slow_way(postgres.port) as way:
        way.end_delay_seconds = 60
        url = DatabaseUrl(database_url.with_password.replace(f":{postgres.port}/", f":{way.port}/"))
        settings = {"idle_session_timeout": "1s"}
        async with connected_alone(url, command_seconds=5, settings=settings) as connection:
            await asyncio.sleep(2)
            with pytest.raises(DatabaseUnavailable), as_unavailable():
                await connection.execute("SELECT 1")

"""Which database a process works with: the one place below the services that names the adapters."""

from pathlib import Path

from cinedex.foundation.database.port import Database
from cinedex.foundation.urls import DatabaseUrl


def open_database(url: DatabaseUrl | None, file: Path) -> Database:
    """Return the database at `url`, or the SQLite file where there is no URL. Nothing is connected yet."""
    # Each adapter is imported where it is used: the other one's driver would take memory for nothing.
    if url is None:
        from cinedex.foundation.database.sqlite import SqliteDatabase  # noqa: PLC0415

        return SqliteDatabase(file)
    from cinedex.foundation.database.postgres.database import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(url)

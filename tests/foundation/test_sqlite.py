"""What SQLite alone does: how it keeps a commit, its refusals, and how it counts commits."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from catalogues import on_sqlite
from cinedex.foundation import outbox
from cinedex.foundation.database import Database, DatabaseUnavailable, sqlite
from cinedex.foundation.database.sqlite import SqliteDatabase


async def noted(database: Database) -> int:
    async with database.reading() as connection:
        return await outbox.count_after(connection, 0)


async def note(database: Database) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [1])


@on_sqlite
async def test_a_commit_is_on_the_disk_when_it_is_answered(database: Database) -> None:
    async with database.transaction() as connection:
        for pragma, expected in {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}.items():
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == expected


@on_sqlite
async def test_a_database_that_another_holds_for_too_long_is_unavailable(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", 0)
    database = SqliteDatabase(data_dir / "cinedex.db")
    other = sqlite3.connect(data_dir / "cinedex.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable) as error:
        await note(database)
    assert error.value.retry_after_seconds == 1
    other.execute("ROLLBACK")
    other.close()
    await note(database)
    assert await noted(database) == 1
    await database.close()


@pytest.mark.usefixtures("threads_end")
@pytest.mark.parametrize("damage", ["a folder", "no database", "nothing in it", "no folder"])
async def test_a_database_that_cannot_be_read_is_unavailable_and_leaves_no_thread(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "cinedex.db"
    if damage == "a folder":
        path.mkdir()
    elif damage == "no database":
        path.write_bytes(b"This was a database once. " * 1000)
    elif damage == "no folder":
        path = tmp_path / "nowhere" / "cinedex.db"
    database = SqliteDatabase(path)
    for _ in range(10):
        with pytest.raises(DatabaseUnavailable):
            await noted(database)
        with pytest.raises(DatabaseUnavailable):
            await note(database)
    await database.close()


@on_sqlite
async def test_a_signal_tells_of_commits_by_any_process_since_it_last_told(data_dir: Path) -> None:
    database, never = SqliteDatabase(data_dir / "cinedex.db"), asyncio.Event()
    async with database.changes() as signal:
        await note(database)
        assert await signal.wait(0, never)
        assert not await signal.wait(0, never)
        other = sqlite3.connect(database.path)
        other.execute("INSERT INTO outbox (kind, subject_id) VALUES ('movie', 1)")
        assert not await signal.wait(0, never)
        other.commit()
        other.close()
        assert await signal.wait(0, never)
    await database.close()


async def test_a_signal_of_a_database_that_is_not_there_is_refused(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "nowhere.db")
    with pytest.raises(DatabaseUnavailable):
        async with database.changes():
            pass
    await database.close()

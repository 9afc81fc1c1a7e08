"""Transactions on SQLite, what becomes of its refusals, and the signal of a commit."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from cinedex.foundation import database as module
from cinedex.foundation import outbox
from cinedex.foundation.database import ChangeSignal, Database, DatabaseUnavailable


async def noted(database: Database) -> int:
    async with database.reading() as connection:
        return await outbox.count_after(connection, 0)


async def note(database: Database) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [1])


async def test_a_transaction_is_kept_or_undone_whole(database: Database) -> None:
    await note(database)

    async def fail() -> None:
        async with database.transaction() as connection:
            await outbox.append(connection, outbox.MOVIE, [2, 3])
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await noted(database) == 1


async def test_a_reader_sees_one_moment_and_waits_for_no_writer(database: Database) -> None:
    await note(database)
    async with database.reading() as reader:
        assert await outbox.count_after(reader, 0) == 1
        async with database.transaction() as writer:
            await outbox.append(writer, outbox.MOVIE, [2])
            assert await outbox.count_after(reader, 0) == 1
        assert await outbox.count_after(reader, 0) == 1
    assert await noted(database) == 2


async def test_writers_of_several_processes_take_their_turn(data_dir: Path) -> None:
    databases = [Database(data_dir / "cinedex.db") for _ in range(3)]
    await asyncio.gather(*(note(database) for database in databases for _ in range(20)))
    assert await noted(databases[0]) == 60
    for database in databases:
        await database.close()


async def test_a_commit_is_on_the_disk_when_it_is_answered(database: Database) -> None:
    async with database.transaction() as connection:
        for pragma, expected in {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}.items():
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == expected


async def test_a_database_that_another_holds_for_too_long_is_unavailable(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0)
    database = Database(data_dir / "cinedex.db")
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
    database = Database(path)
    for _ in range(10):
        with pytest.raises(DatabaseUnavailable):
            await noted(database)
        with pytest.raises(DatabaseUnavailable):
            await note(database)
    await database.close()


async def test_more_readers_than_connections_take_their_turn(database: Database) -> None:
    assert await asyncio.gather(*(noted(database) for _ in range(100))) == [0] * 100


async def test_a_mistake_in_a_statement_is_no_refusal(database: Database) -> None:
    with pytest.raises(Exception, match="UNIQUE constraint failed") as error:
        async with database.transaction() as connection:
            await connection.exec_driver_sql("INSERT INTO catalogue SELECT * FROM catalogue")
    assert not isinstance(error.value, DatabaseUnavailable)


async def test_a_signal_tells_of_commits_by_any_process_since_it_last_told(database: Database) -> None:
    signal, never = ChangeSignal(database), asyncio.Event()
    assert not await signal.wait(0, never)
    await note(database)
    assert await signal.wait(0, never)
    assert not await signal.wait(0, never)
    other = sqlite3.connect(database.path)
    other.execute("INSERT INTO outbox (kind, subject_id) VALUES ('movie', 1)")
    assert not await signal.wait(0, never)
    other.commit()
    other.close()
    assert await signal.wait(0, never)
    signal.close()


async def test_a_waiting_signal_wakes_with_a_commit_and_with_a_stop(database: Database) -> None:
    signal, stopping = ChangeSignal(database), asyncio.Event()
    waiting = asyncio.create_task(signal.wait(3600, stopping))
    await note(database)
    assert await asyncio.wait_for(waiting, 20)
    waiting = asyncio.create_task(signal.wait(3600, stopping))
    stopping.set()
    assert not await asyncio.wait_for(waiting, 20)
    signal.close()


async def test_a_signal_of_a_database_that_is_not_there_is_refused(tmp_path: Path) -> None:
    database = Database(tmp_path / "cinedex.db")
    with pytest.raises(DatabaseUnavailable):
        ChangeSignal(database)
    await database.close()

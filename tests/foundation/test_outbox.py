"""The outbox: entries in order, read after a position, set aside and taken back."""

import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import event

from catalogues import on_sqlite
from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.foundation.database.sqlite import SqliteDatabase


async def test_entries_are_read_in_order_after_a_position(database: Database) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [7, 5])
        await outbox.append(connection, outbox.MOVIE, [])
        await outbox.append(connection, outbox.MOVIE, [7])
    async with database.reading() as connection:
        entries = await outbox.read_after(connection, 0, 10)
        assert [(entry.id, entry.kind, entry.subject_id) for entry in entries] == [
            (1, "movie", 7),
            (2, "movie", 5),
            (3, "movie", 7),
        ]
        assert await outbox.read_after(connection, 0, 2) == entries[:2]
        assert await outbox.read_after(connection, 2, 10) == entries[2:]
        assert await outbox.read_after(connection, 3, 10) == []
        assert await outbox.last_position(connection) == 3
        assert [await outbox.count_after(connection, position) for position in (0, 2, 3, 9)] == [3, 1, 0, 0]


async def test_an_empty_outbox(database: Database) -> None:
    async with database.reading() as connection:
        assert await outbox.last_position(connection) == 0
        assert await outbox.count_after(connection, 0) == 0
        assert await outbox.parked(connection) == []


@on_sqlite
async def test_what_is_set_aside_is_found_without_reading_the_whole_outbox(database: Database) -> None:
    """A follower asks with every change, and the outbox holds every change that ever was."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    async with database.transaction() as connection:
        assert connection.sync_connection is not None
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await outbox.parked(connection)
        await outbox.unpark(connection, [1, 2])
    assert len(asked) == 2
    assert isinstance(database, SqliteDatabase)
    with closing(sqlite3.connect(database.path)) as alone:
        for statement, parameters in asked:
            plan = alone.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            assert "INDEX ix_outbox_parked" in str(plan)


async def test_a_position_is_never_used_again(database: Database) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [1, 2])
        await connection.exec_driver_sql("DELETE FROM outbox")
        await outbox.append(connection, outbox.MOVIE, [3])
        assert await outbox.last_position(connection) == 3


async def test_entries_are_set_aside_with_a_reason_and_taken_back_by_subject(database: Database) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [1, 2, 3])
        await outbox.park(connection, 2, "x" * 5000)
        await outbox.park(connection, 3, "too odd")
    async with database.reading() as connection:
        long, odd = await outbox.parked(connection)
    assert (long.id, long.subject_id, len(long.reason)) == (2, 2, 500)
    assert (odd.id, odd.subject_id, odd.reason) == (3, 3, "too odd")
    async with database.transaction() as connection:
        await outbox.unpark(connection, [2, 9])
        await outbox.unpark(connection, [])
        assert await outbox.parked(connection) == [odd]

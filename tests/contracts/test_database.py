"""What every database does: transactions, snapshots, turns, the signal of a commit, and the lead."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from catalogues import on_both
from cinedex.foundation import outbox
from cinedex.foundation.database import Database, DatabaseUnavailable
from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.database.bulk import insert_many
from cinedex.foundation.database.opening import open_database
from cinedex.foundation.leading import LedElsewhere
from cinedex.foundation.urls import DatabaseUrl
from cinedex.movies.tables import movies

pytestmark = on_both

MakeDatabase = Callable[[], Database]


@pytest.fixture
async def another(data_dir: Path, database_url: DatabaseUrl | None) -> AsyncIterator[MakeDatabase]:
    """Opens the same database once more, as another process does."""
    opened: list[Database] = []

    def make() -> Database:
        opened.append(open_database(database_url, data_dir / "cinedex.db"))
        return opened[-1]

    yield make
    for database in opened:
        await database.close()


async def noted(database: Database) -> list[int]:
    async with database.reading() as connection:
        return [entry.subject_id for entry in await outbox.read_after(connection, 0, 1000)]


async def note(database: Database, subject_id: int = 1) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [subject_id])


async def test_a_transaction_is_kept_or_undone_whole(database: Database) -> None:
    await note(database)

    async def fail() -> None:
        async with database.transaction() as connection:
            await outbox.append(connection, outbox.MOVIE, [2, 3])
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await noted(database) == [1]


async def test_a_transaction_that_is_given_up_is_undone_and_leaves_room_for_others(
    database: Database,
) -> None:
    begun = asyncio.Event()

    async def begin() -> None:
        async with database.transaction() as connection:
            await outbox.append(connection, outbox.MOVIE, [2])
            begun.set()
            await asyncio.Event().wait()

    for _ in range(5):
        giving_up = asyncio.create_task(begin())
        await begun.wait()
        giving_up.cancel()
        await asyncio.wait([giving_up])
        begun.clear()
    await note(database)
    assert await noted(database) == [1]


async def test_a_reader_sees_one_moment_and_waits_for_no_writer(database: Database) -> None:
    await note(database)
    async with database.reading() as reader:
        assert await outbox.count_after(reader, 0) == 1
        async with database.transaction() as writer:
            await outbox.append(writer, outbox.MOVIE, [2])
            assert await outbox.count_after(reader, 0) == 1
        assert await outbox.count_after(reader, 0) == 1
    assert await noted(database) == [1, 2]


async def test_writers_of_several_processes_take_their_turn(another: MakeDatabase) -> None:
    databases = [another() for _ in range(3)]
    await asyncio.gather(*(note(database) for database in databases for _ in range(20)))
    assert len(await noted(databases[0])) == 60


async def test_whoever_has_seen_an_entry_has_seen_all_before_it(
    database: Database, another: MakeDatabase
) -> None:
    """A follower that has moved on to an entry never looks back for one that was committed later."""
    later = another()
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [1])
        second = asyncio.create_task(note(later, 2))
        # Long enough for a second writer that waits for nobody.
        await asyncio.wait([second], timeout=0.5)
        seen_meanwhile = await noted(later)
    await second
    assert seen_meanwhile == []
    assert await noted(database) == [1, 2]


async def test_more_readers_than_connections_take_their_turn(database: Database) -> None:
    assert await asyncio.gather(*(noted(database) for _ in range(100))) == [[]] * 100


async def test_a_mistake_in_a_statement_is_no_refusal(database: Database) -> None:
    with pytest.raises(Exception, match=r"UNIQUE|unique") as error:
        async with database.transaction() as connection:
            await connection.execute(text("INSERT INTO catalogue SELECT * FROM catalogue"))
    assert not isinstance(error.value, DatabaseUnavailable)


@pytest.mark.parametrize("number", [0, 1, 20, 21, 2000])
async def test_many_rows_are_as_they_were_given_or_undone(database: Database, number: int) -> None:
    rows = [
        {
            "name": f"七人の侍\t{row}\\N\n",
            "director": "黒澤 明" if row % 2 else None,
            "imdb_score": 8.6 if row % 2 else None,
            "popularity": None,
            "year": 1954,
            "votes": row,
            "cast": ["三船 敏郎", '志村 "喬"'] if row % 2 else [],
            "identity_key": f"key {row}",
        }
        for row in range(number)
    ]

    async def fail() -> None:
        async with database.transaction() as connection:
            await insert_many(connection, movies, rows)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.transaction() as connection:
        await insert_many(connection, movies, rows)
    async with database.reading() as connection:
        stored = (await connection.execute(movies.select().order_by(movies.c.id))).mappings().all()
    assert [{name: row[name] for name in rows[0]} for row in stored] == rows if rows else stored == []


async def test_a_signal_tells_of_commits_by_any_process(database: Database, another: MakeDatabase) -> None:
    never = asyncio.Event()
    async with database.changes() as signal:
        assert not await signal.wait(0, never)
        await note(another())
        assert await asyncio.wait_for(signal.wait(20, never), 20)


async def test_a_waiting_signal_wakes_with_a_commit_and_with_a_stop(database: Database) -> None:
    stopping = asyncio.Event()
    async with database.changes() as signal:
        waiting = asyncio.create_task(signal.wait(3600, stopping))
        await note(database)
        assert await asyncio.wait_for(waiting, 20)
        stopping.set()
        await asyncio.wait_for(signal.wait(3600, stopping), 20)


async def test_one_leads_until_it_lets_go(database: Database, another: MakeDatabase) -> None:
    second = another().lead(Advisory.LEAD)
    async with database.lead(Advisory.LEAD).hold() as is_held:
        assert is_held()
        with pytest.raises(LedElsewhere):
            async with second.hold():
                pass
        async with another().lead(Advisory.BUILD).hold() as is_other_held:
            assert is_other_held()
    async with second.hold() as is_held:
        assert is_held()

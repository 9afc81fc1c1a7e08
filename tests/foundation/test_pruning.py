"""What is older than a week goes from the outbox, and nobody passes over it in silence."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from cinedex.foundation import migrations, outbox, pruning
from cinedex.foundation.database import Database, DatabaseUnavailable
from cinedex.foundation.database.opening import open_database
from cinedex.foundation.pruning import KEPT, prune

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def note(database: Database, *subjects: int) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, subjects)


async def positions_after(database: Database, position: int) -> list[int]:
    async with database.reading() as connection:
        return [entry.id for entry in await outbox.read_after(connection, position, 1000)]


async def goes_on_from(database: Database, position: int) -> bool:
    async with database.reading() as connection:
        return await outbox.goes_on_from(connection, position)


async def kept(database: Database) -> int:
    async with database.reading() as connection:
        return await outbox.count_after(connection, 0)


async def test_what_was_there_a_week_ago_goes_but_for_its_last_entry(database: Database) -> None:
    await note(database, 7, 5, 9)
    assert await prune(database, START) == 0
    await note(database, 4, 2)
    assert await prune(database, START + KEPT - timedelta(seconds=1)) == 0
    assert await positions_after(database, 0) == [1, 2, 3, 4, 5]
    assert await prune(database, START + KEPT) == 2
    assert await kept(database) == 3
    assert await positions_after(database, 3) == [4, 5]
    for position in (0, 1, 2):
        with pytest.raises(outbox.HistoryGone):
            await positions_after(database, position)
        assert not await goes_on_from(database, position)
    assert [await goes_on_from(database, position) for position in (3, 4, 5, 6)] == [True, True, True, False]


async def test_where_nothing_changes_the_newest_position_stays(database: Database) -> None:
    await note(database, *range(1, 8))
    for days in range(0, 60, 5):
        await prune(database, START + timedelta(days=days))
    async with database.reading() as connection:
        assert await outbox.last_position(connection) == 7
    assert await kept(database) == 1
    assert await goes_on_from(database, 7)
    await note(database, 8)
    assert await positions_after(database, 7) == [8]


async def test_an_outbox_in_which_nothing_ever_was(database: Database) -> None:
    for days in (0, 8):
        assert await prune(database, START + timedelta(days=days)) == 0
    assert await goes_on_from(database, 0)


async def test_what_is_set_aside_stays_until_it_is_applied(database: Database) -> None:
    await note(database, 7, 5, 9, 3)
    async with database.transaction() as connection:
        await outbox.park(connection, 2, "told to")
        await outbox.park(connection, 4, "told to")
    await prune(database, START)
    await prune(database, START + KEPT)
    async with database.transaction() as connection:
        assert [(one.id, one.subject_id) for one in await outbox.parked(connection)] == [(2, 5), (4, 3)]
        await outbox.unpark(connection, [5, 3])
    assert await positions_after(database, 3) == [4]
    with pytest.raises(outbox.HistoryGone):
        await positions_after(database, 2)
    await note(database, 1)
    await prune(database, START + KEPT)
    await prune(database, START + 2 * KEPT)
    assert await kept(database) == 1


async def test_very_many_go_in_parts_and_several_may_prune_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "_AT_ONCE", 10)
    await note(database, *range(1, 96))
    await prune(database, START)
    removed = await asyncio.gather(*(prune(database, START + KEPT) for _ in range(3)))
    assert sum(removed) == 94
    assert await kept(database) == 1


async def test_it_is_done_now_and_then_by_who_leads(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "LOOK_SECONDS", 0.001)
    await note(database, 7, 5)
    now, leads = START, False
    do_prune = pruning.prune
    failures = [DatabaseUnavailable()]

    async def fail_once(database: Database, now: datetime) -> int:
        if failures:
            raise failures.pop()
        return await do_prune(database, now)

    monkeypatch.setattr(pruning, "prune", fail_once)
    with capture_logs() as logs:
        running = asyncio.create_task(pruning.prune_now_and_then(database, lambda: leads, lambda: now))
        await asyncio.sleep(0.05)
        assert failures
        leads = True
        async with asyncio.timeout(20):
            while [log["event"] for log in logs] != ["outbox not pruned", "outbox pruned"]:
                now += KEPT
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.wait([running])
    assert await kept(database) == 1


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.integers(1, 4).map(lambda many: ("note", many)),
            st.integers(1, 10).map(lambda days: ("prune", days)),
            st.integers(1, 20).map(lambda entry: ("park", entry)),
            st.integers(1, 20).map(lambda entry: ("unpark", entry)),
        ),
        max_size=14,
    )
)
def test_whoever_reads_gets_all_that_came_or_is_told_that_it_is_gone(steps: list[tuple[str, int]]) -> None:
    async def check() -> None:
        with tempfile.TemporaryDirectory() as folder:
            database = open_database(None, Path(folder) / "cinedex.db")
            await migrations.upgrade(database)
            now, seen_at, parked = START, dict[int, datetime](), set[int]()
            pruned_at: datetime | None = None
            for what, value in steps:
                match what:
                    case "note":
                        first = len(seen_at) + 1
                        # The subject tells which entry it was.
                        await note(database, *range(first, first + value))
                        seen_at |= dict.fromkeys(range(first, first + value), now)
                    case "prune":
                        now += timedelta(days=value)
                        await prune(database, now)
                        pruned_at = now
                    case _ if value in seen_at:
                        async with database.transaction() as connection:
                            if what == "park":
                                await outbox.park(connection, value, "told to")
                                parked.add(value)
                            else:
                                await outbox.unpark(connection, [value])
            newest = max(seen_at, default=0)
            for position in range(newest + 1):
                wanted = [*range(position + 1, newest + 1)]
                try:
                    assert await positions_after(database, position) == wanted
                    assert await goes_on_from(database, position)
                except outbox.HistoryGone:
                    assert not await goes_on_from(database, position)
                    # Nobody is told so who is less than a week late.
                    assert pruned_at is not None
                    assert seen_at[position + 1] <= pruned_at - KEPT
            await database.close()

    asyncio.run(check())

"""Following for as long as the service runs: one leader, the live generation, and no failure that ends it."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import filelock
import pytest
from structlog.testing import capture_logs

from cinedex.foundation.leading import IsHeld
from cinedex.search import follower
from cinedex.search.port import IndexWriter
from cinedex.search.standing import Tiers
from cinedex.services import Services
from films import BRAZIL, FARGO, HEAT, JAWS
from search.faulty import Fault, Faults, FaultyIndex
from search.followers import finds, following
from search.steps import catch_up, change, eventually, names_found
from tiers import EMBEDDED, REPLICA


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "_PAUSE_SECONDS", 0.01)


async def test_it_makes_the_first_index_and_follows_every_change(services: Services) -> None:
    await services.movies.load([HEAT])
    caught_up = asyncio.Event()
    async with following(services, ready=caught_up.set):
        await asyncio.wait_for(caught_up.wait(), 20)
        assert await names_found(services, "heat") == ["Heat"]
        await services.movies.load([JAWS, FARGO])
        await finds(services, "Jaws", "Fargo")
        await change(services.database, 1, BRAZIL)
        await services.movies.delete(2)
        await finds(services, "Brazil")
        # Both may be applied at once, or one after the other.
        await eventually(lambda: _holds(services, {1, 3}))
    assert (await services.verifier.verify()).is_none


async def test_it_starts_where_it_stopped(services: Services) -> None:
    await services.movies.load([HEAT])
    async with following(services):
        await finds(services, "Heat")
    generation = await services.index.live_generation()
    await services.movies.load([JAWS])
    async with following(services):
        await finds(services, "Jaws")
    assert await services.index.live_generation() == generation


async def test_of_two_one_leads_and_the_other_takes_over(
    services: Services, make_services: Callable[[], Services]
) -> None:
    await services.movies.load([HEAT])
    second = make_services()
    ready = asyncio.Event()
    async with following(services) as leader:
        await finds(services, "Heat")
        async with following(second, ready=ready.set):
            # The second is ready though it applies nothing: somebody else does.
            await asyncio.wait_for(ready.wait(), 20)
            await services.movies.load([JAWS])
            await finds(second, "Jaws")
            leader.stop()
            await services.movies.load([FARGO])
            await finds(services, "Fargo")
    assert (await services.verifier.verify()).is_none


class Losable:
    """A lead that can be lost."""

    def __init__(self) -> None:
        self.is_held = True
        self.times_held = 0

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[IsHeld]:
        self.times_held += 1
        yield lambda: self.is_held


async def test_who_has_lost_the_lead_lets_go_of_the_index_and_asks_for_it_again(services: Services) -> None:
    await services.movies.load([HEAT])
    lead = Losable()
    async with following(services, lead=lead):
        await finds(services, "Heat")
        assert lead.times_held == 1
        lead.is_held = False
        await eventually(lambda: _is_held_again(lead))
        lead.is_held = True
        await services.movies.load([JAWS])
        await finds(services, "Jaws")


async def _is_held_again(lead: Losable) -> bool:
    return lead.times_held > 1


async def test_it_goes_on_to_a_generation_that_somebody_else_published(
    services: Services, make_services: Callable[[], Services]
) -> None:
    await services.movies.load([HEAT])
    async with following(services):
        await finds(services, "Heat")
        generation = await make_services().rebuilder.rebuild()
        await services.movies.load([JAWS])
        await finds(services, "Jaws")
        assert await services.index.live_generation() == generation
    assert (await services.verifier.verify()).is_none


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
async def test_a_database_older_than_the_index_has_it_built_anew(
    services: Services, make_services: Callable[[], Services], data_dir: Path
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    backup = data_dir / "backup.db"
    with sqlite3.connect(data_dir / "cinedex.db") as source, sqlite3.connect(backup) as target:
        source.backup(target)
    source.close()
    target.close()
    await services.movies.load([JAWS, FARGO])
    await catch_up(services)
    await services.close()
    for name in ("cinedex.db-wal", "cinedex.db-shm"):
        (data_dir / name).unlink(missing_ok=True)
    shutil.copy(backup, data_dir / "cinedex.db")
    restored = make_services()
    async with following(restored):
        await eventually(lambda: _holds(restored, {1}))
    assert (await restored.verifier.verify()).is_none
    assert await names_found(restored, "jaws") == []


async def _holds(services: Services, ids: set[int]) -> bool:
    return set(await services.index.digests()) == ids


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
async def test_an_index_of_another_catalogue_is_built_anew(services: Services, data_dir: Path) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    old = await services.index.live_generation()
    with sqlite3.connect(data_dir / "cinedex.db") as connection:
        connection.execute("UPDATE catalogue SET uid = 'another'")
    connection.close()
    async with following(services):
        await eventually(lambda: _is_live_other_than(services, old))
    assert (await services.verifier.verify()).is_none


async def _is_live_other_than(services: Services, generation: str | None) -> bool:
    return await services.index.live_generation() not in {None, generation}


@pytest.mark.parametrize("fault", ["stage", "commit", "after commit"])
async def test_a_failing_index_is_tried_again(services: Services, fault: Fault) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    faults = Faults(fault)
    async with following(services, FaultyIndex(services.index, faults)):
        await services.movies.load([JAWS])
        await finds(services, "Jaws")
    assert faults.pending is None
    assert (await services.verifier.verify()).is_none


async def test_each_failure_is_first_tried_again_after_a_short_pause(services: Services) -> None:
    await catch_up(services)
    faults = Faults()
    turns: list[None] = []
    with capture_logs() as logs:
        async with following(services, FaultyIndex(services.index, faults), lambda: turns.append(None)):
            for number, film in enumerate((JAWS, FARGO, BRAZIL)):
                # A turn ends when nothing waits any more, or with a failure.
                await eventually(partial(_have_ended, turns, 1 + 2 * number))
                faults.pending = "commit"
                await services.movies.load([film])
                await finds(services, film.name)
    assert [log["seconds"] for log in logs if "seconds" in log] == [0.01] * 3


async def _have_ended(turns: list[None], least: int) -> bool:
    return len(turns) >= least


async def test_a_failing_first_build_is_tried_again(services: Services) -> None:
    await services.movies.load([HEAT])
    faults = Faults("commit")
    async with following(services, FaultyIndex(services.index, faults)):
        await finds(services, "Heat")
    assert faults.pending is None


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
@pytest.mark.usefixtures("threads_end")
async def test_a_database_that_is_away_is_tried_again(services: Services, data_dir: Path) -> None:
    await services.movies.load([HEAT])
    await services.close()
    away = (data_dir / "cinedex.db").rename(data_dir / "away.db")
    (data_dir / "cinedex.db").mkdir()
    with capture_logs() as logs:
        async with following(services):
            await eventually(lambda: _has_failed(logs))
            (data_dir / "cinedex.db").rmdir()
            away.rename(data_dir / "cinedex.db")
            await finds(services, "Heat")


async def _has_failed(logs: list[MutableMapping[str, Any]]) -> bool:
    return any("seconds" in log for log in logs)


async def test_not_even_a_mistake_in_the_program_ends_it(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await services.movies.load([HEAT])
    failures = [RuntimeError("a mistake"), ValueError("another"), sqlite3.OperationalError("locked")]

    class Mistaken(FaultyIndex):
        async def open_live(self, catalogue_uid: str) -> IndexWriter | None:
            if failures:
                raise failures.pop()
            return await super().open_live(catalogue_uid)

    monkeypatch.setattr(follower, "_LONGEST_PAUSE_SECONDS", 0.01)
    async with following(services, Mistaken(services.index, Faults())):
        await finds(services, "Heat")
    assert failures == []


@pytest.mark.tiers(EMBEDDED, REPLICA, reason="the lead is a file")
async def test_it_stops_at_once_while_it_waits(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "_PAUSE_SECONDS", 3600)
    with filelock.FileLock(services.settings.index_dir / "follower.lock"):
        async with following(services):
            await asyncio.sleep(0)


async def test_a_generation_published_while_a_film_was_added_has_it_soon(
    services: Services, make_services: Callable[[], Services]
) -> None:
    other = make_services()
    await services.movies.load([HEAT])
    async with following(services):
        await finds(services, "Heat")
        writer = await other.index.create(await services.movies.catalogue_uid(), Tiers())
        await writer.commit(0)
        await writer.close()
        # Nothing is committed to the database from here on, which alone would wake the follower.
        await other.index.publish(writer.mark.generation)
        await eventually(lambda: _holds(services, {1}))


async def test_nobody_waits_for_an_index_that_fails(services: Services) -> None:
    index = FaultyIndex(services.index, Faults("commit"))
    ready = asyncio.Event()
    with capture_logs():
        async with following(services, index, ready.set):
            async with asyncio.timeout(20):
                await ready.wait()

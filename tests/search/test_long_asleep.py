"""An index that was away for so long that the outbox does not reach back to it is built anew, and misses nothing."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from catalogues import on_both
from cinedex.foundation import outbox, pruning
from cinedex.foundation.pruning import KEPT, prune
from cinedex.movies.tables import movies
from cinedex.search import follower
from cinedex.search.indexer import Indexer
from cinedex.search.standing import Tiers
from cinedex.services import Services, build_services
from films import ALIEN, BRAZIL, FARGO, HEAT, JAWS
from search.followers import finds, following
from search.steps import catch_up, change, eventually
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="it makes nodes itself, on each database")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "_PAUSE_SECONDS", 0.01)


async def weeks_pass(services: Services) -> None:
    await prune(services.database, START)
    await prune(services.database, START + KEPT)


@on_both
async def test_it_slept_for_too_long(services: Services) -> None:
    await services.movies.load([HEAT, JAWS])
    await catch_up(services)
    slept = await services.index.live_generation()
    await change(services.database, 1, BRAZIL)
    await services.movies.load([FARGO])
    await services.movies.delete(2)
    await weeks_pass(services)
    async with following(services):
        await finds(services, "Brazil", "Fargo")
        assert await services.index.live_generation() != slept
        await services.movies.load([ALIEN])
        await finds(services, "Alien")
    assert sorted(await services.index.digests()) == [1, 3, 4]
    assert (await services.verifier.verify()).is_none


@on_both
async def test_who_was_in_step_goes_on_with_what_it_has(services: Services) -> None:
    await services.movies.load([HEAT, JAWS])
    await catch_up(services)
    generation = await services.index.live_generation()
    await weeks_pass(services)
    await services.movies.load([FARGO])
    async with following(services):
        await finds(services, "Fargo")
    assert await services.index.live_generation() == generation
    assert (await services.verifier.verify()).is_none


@on_both
async def test_it_sleeps_while_it_follows(services: Services) -> None:
    """As a machine does that is suspended: when it goes on, all has happened at once."""
    await services.movies.load([HEAT, JAWS])
    async with following(services):
        await finds(services, "Heat")
        before = await services.index.live_generation()
        async with services.database.transaction() as connection:
            values = msgspec.structs.asdict(BRAZIL) | {
                "cast": list(BRAZIL.cast),
                "identity_key": BRAZIL.identity_key,
            }
            del values["genres"]
            await outbox.append(connection, outbox.MOVIE, [2, 1])
            await connection.execute(update(movies).where(movies.c.id == 1).values(values))
            last = await outbox.last_position(connection)
            # The change to film 1 and all before it are forgotten; one comes that is not.
            await pruning.forget(connection, last)
            await outbox.append(connection, outbox.MOVIE, [2])
        await finds(services, "Brazil")
        assert await services.index.live_generation() != before
    assert (await services.verifier.verify()).is_none


@on_both
async def test_a_node_that_slept_begins_anew_and_the_other_one_goes_on(
    services: Services, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(services.settings, data_dir=tmp_path / "other")
    if settings.database_url is None:
        settings.data_dir.mkdir()
        settings.database_path.symlink_to(services.settings.database_path)
    other = build_services(settings)
    await services.movies.load([HEAT])
    for node in (services, other):
        await catch_up(node)
    awake, asleep = [await node.index.live_generation() for node in (services, other)]
    await services.movies.load([JAWS])
    await catch_up(services)
    await weeks_pass(services)
    for node in (services, other):
        async with following(node):
            await finds(node, "Jaws")
        assert (await node.verifier.verify()).is_none
    assert await services.index.live_generation() == awake
    assert await other.index.live_generation() != asleep
    await other.close()


async def test_who_follows_prunes_beside(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(pruning, "KEPT", timedelta(0))
    await services.movies.load([HEAT, JAWS])
    async with following(services) as leader, services.beside(leader):
        await eventually(partial(is_pruned, services))
        await finds(services, "Heat")


async def is_pruned(services: Services) -> bool:
    async with services.database.reading() as connection:
        return await outbox.count_after(connection, 0) == 1


@on_both
async def test_a_build_that_takes_weeks_fails_rather_than_misses_changes(services: Services) -> None:
    await services.movies.load([HEAT, JAWS])
    writer = await services.index.create(await services.movies.catalogue_uid(), Tiers())
    await weeks_pass(services)
    with pytest.raises(outbox.HistoryGone):
        await Indexer(services.database, services.movies).catch_up(writer)
    await writer.close()
    await services.index.discard(writer.mark.generation)

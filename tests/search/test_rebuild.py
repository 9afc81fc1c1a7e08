"""A new generation is built beside the live one, checked, and only then made the live one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from cinedex.foundation.database import Database
from cinedex.movies.models import Movie
from cinedex.movies.service import MovieService
from cinedex.search.port import IndexUnavailable, SearchIndex
from cinedex.search.rebuild import Rebuilder
from cinedex.services import Services
from films import ALIEN, BRAZIL, FARGO, FILMS, HEAT, JAWS
from search.faulty import Fault, Faults, FaultyIndex
from search.steps import catch_up, change, generations, lose_index, names_found, parked_ids
from tiers import EMBEDDED, REPLICA


class Streaming(MovieService):
    """Reads the catalogue, and lets something happen when all of it was read."""

    def __init__(self, database: Database, then: Callable[[], Awaitable[None]]) -> None:
        super().__init__(database)
        self._then = then

    async def stream(self) -> AsyncIterator[list[Movie]]:
        async for batch in super().stream():
            yield batch
        await self._then()


class Forgetful(MovieService):
    """Reads all films but the first."""

    async def stream(self) -> AsyncIterator[list[Movie]]:
        async for batch in super().stream():
            yield batch[1:]


def with_index(services: Services, index: SearchIndex) -> Rebuilder:
    return Rebuilder(services.database, services.movies, index)


def with_movies(services: Services, movies: MovieService) -> Rebuilder:
    return Rebuilder(services.database, movies, services.index)


async def test_a_generation_has_a_name_that_none_had_before(services: Services) -> None:
    await services.movies.load([HEAT])
    first = await services.rebuilder.rebuild()
    await lose_index(services)
    assert await services.rebuilder.rebuild() != first


@pytest.mark.tiers(EMBEDDED, REPLICA, reason="an earlier program named its folders so")
async def test_a_generation_whose_name_was_given_to_others_is_replaced(
    services: Services, data_dir: Path
) -> None:
    await services.movies.load([HEAT])
    live = data_dir / "index" / await services.rebuilder.rebuild()
    older = live.rename(live.with_name(live.name.rpartition("-")[0]))
    (data_dir / "index" / "CURRENT").write_text(older.name)
    assert await services.index.open_live(await services.movies.catalogue_uid()) is None
    await services.rebuilder.rebuild()
    newer = await services.rebuilder.rebuild()
    assert await names_found(services, "heat") == ["Heat"]
    assert newer in await generations(services)
    assert older.name not in await generations(services)


async def test_a_generation_holds_the_whole_catalogue(services: Services) -> None:
    await services.movies.load(FILMS)
    told: list[tuple[int, int]] = []
    generation = await services.rebuilder.rebuild(lambda done, total: told.append((done, total)))
    assert await services.index.live_generation() == generation
    assert (await services.verifier.verify()).is_none
    assert told == [(0, len(FILMS)), (len(FILMS), len(FILMS))]


async def test_an_empty_catalogue_has_an_index_too(services: Services) -> None:
    await services.rebuilder.rebuild()
    assert (await services.verifier.verify()).is_none


async def test_the_live_one_serves_and_follows_meanwhile_and_what_changed_is_replayed(
    services: Services,
) -> None:
    await services.movies.load([HEAT, JAWS, FARGO])
    await catch_up(services)
    before = await services.index.live_generation()

    async def meanwhile() -> None:
        await services.movies.delete(1)
        await services.movies.load([ALIEN])
        await change(services.database, 2, BRAZIL)
        assert await names_found(services, "heat") == ["Heat"]
        await catch_up(services)
        assert await services.index.live_generation() == before
        assert await names_found(services, "heat") == []
        assert await names_found(services, "alien") == ["Alien"]

    after = await with_movies(services, Streaming(services.database, meanwhile)).rebuild()
    assert await services.index.live_generation() == after != before
    assert (await services.verifier.verify()).is_none
    assert await names_found(services, "brazil") == ["Brazil"]


async def test_a_generation_that_lacks_films_is_not_published(services: Services) -> None:
    await services.movies.load(FILMS)
    await catch_up(services)
    live = await services.index.live_generation()
    with pytest.raises(IndexUnavailable, match=f"holds {len(FILMS) - 1} films, the database {len(FILMS)}"):
        await with_movies(services, Forgetful(services.database)).rebuild()
    assert await services.index.live_generation() == live
    assert await generations(services) == {live}
    assert (await services.verifier.verify()).is_none


@pytest.mark.parametrize("fault", ["stage", "commit", "after commit"])
async def test_a_failure_leaves_the_live_one_and_no_litter(services: Services, fault: Fault) -> None:
    await services.movies.load(FILMS)
    await catch_up(services)
    live = await services.index.live_generation()
    faults = Faults(fault)
    with pytest.raises(IndexUnavailable):
        await with_index(services, FaultyIndex(services.index, faults)).rebuild()
    assert await services.index.live_generation() == live
    assert await generations(services) == {live}
    assert await names_found(services, "heat") == ["Heat"]
    await services.rebuilder.rebuild()
    assert (await services.verifier.verify()).is_none


async def test_a_failing_publication_leaves_the_live_one_and_no_litter(services: Services) -> None:
    await services.movies.load(FILMS)
    await catch_up(services)
    live = await services.index.live_generation()

    class DiskFull(FaultyIndex):
        async def publish(self, generation: str) -> None:
            raise OSError(28, generation)

    with pytest.raises(OSError, match="28"):
        await with_index(services, DiskFull(services.index, Faults())).rebuild()
    assert await services.index.live_generation() == live
    assert await generations(services) == {live}
    await services.rebuilder.rebuild()


async def test_a_rebuild_that_is_interrupted_leaves_the_live_one_and_no_litter(services: Services) -> None:
    await services.movies.load(FILMS)
    await catch_up(services)
    live = await services.index.live_generation()
    reading = asyncio.Event()

    async def hang() -> None:
        reading.set()
        await asyncio.Event().wait()

    rebuild = asyncio.create_task(with_movies(services, Streaming(services.database, hang)).rebuild())
    await reading.wait()
    assert len(await generations(services)) == 2
    rebuild.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rebuild
    assert await services.index.live_generation() == live
    assert await generations(services) == {live}
    await services.rebuilder.rebuild()


async def test_a_second_rebuild_is_refused_and_harms_not_the_first(services: Services) -> None:
    await services.movies.load(FILMS)

    async def again() -> None:
        with pytest.raises(IndexUnavailable, match="another rebuild"):
            await services.rebuilder.rebuild()

    await with_movies(services, Streaming(services.database, again)).rebuild()
    assert (await services.verifier.verify()).is_none


@pytest.mark.parametrize("when", ["refused", "refused_late"])
async def test_a_refused_film_is_left_out_and_set_aside(services: Services, when: str) -> None:
    await services.movies.load([HEAT, JAWS, FARGO])
    faults = Faults()
    setattr(faults, when, {"Jaws"})
    for _ in range(2):
        await with_index(services, FaultyIndex(services.index, faults)).rebuild()
        assert sorted(await services.index.digests()) == [1, 3]
        assert await parked_ids(services.database) == [2]


async def test_a_rebuild_heals_what_was_set_aside(services: Services) -> None:
    await services.movies.load([HEAT, JAWS])
    faults = Faults()
    faults.refused = {"Jaws"}
    await with_index(services, FaultyIndex(services.index, faults)).rebuild()
    await services.rebuilder.rebuild()
    assert await parked_ids(services.database) == []
    assert (await services.verifier.verify()).is_none


async def test_films_that_come_while_it_compares_counts_do_not_make_it_fail(services: Services) -> None:
    await services.movies.load(FILMS[:4])

    class Counting(MovieService):
        """A film comes before each time that films are counted."""

        async def count(self) -> int:
            await super().load([FILMS[await super().count()]])
            return await super().count()

    await with_movies(services, Counting(services.database)).rebuild()
    await catch_up(services)
    assert (await services.verifier.verify()).is_none

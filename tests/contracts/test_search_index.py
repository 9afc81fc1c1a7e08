"""Any adapter's `SearchIndex`: generations are built beside the live one, published, or discarded."""

import asyncio
import gc
from contextlib import suppress

import msgspec
import pytest

from cinedex.movies.models import new_movie
from cinedex.search.models import Mark, SearchQuery
from cinedex.search.port import IndexUnavailable
from cinedex.search.standing import Tiers
from contracts.indexes import CATALOGUE, found, opened, publish_new, write
from contracts.places import Place
from films import ALIEN, BRAZIL, FARGO, HEAT, JAWS, PSYCHO, document


async def test_at_first_there_is_nothing(place: Place) -> None:
    index = place.index()
    assert await index.live_generation() is None
    assert await index.open_live(CATALOGUE) is None
    assert await index.digests() == {}
    assert await index.status() is None


async def test_a_generation_is_live_only_when_published(place: Place) -> None:
    old = await publish_new(place.index(), {1: HEAT})
    index, engine = place.index(), place.engine()
    writer = await index.create(CATALOGUE, Tiers())
    new = writer.mark.generation
    assert writer.mark == Mark(new, 0)
    await write(writer, {2: JAWS}, 8)
    await writer.close()
    assert await index.digests(new) == {2: document(2, JAWS).digest}
    assert await index.count(new) == 1
    assert await place.index().live_generation() == old
    assert await found(engine, "jaws") == []
    assert await found(engine, "heat") == [1]
    await index.publish(new)
    assert await place.index().live_generation() == new
    assert await engine.mark() == Mark(new, 8)
    assert await found(engine, "jaws") == [2]
    assert await found(engine, "heat") == []
    engine.close()


async def test_the_one_before_is_kept_and_older_ones_are_not(place: Place) -> None:
    names = [await publish_new(place.index(), {number: HEAT}) for number in range(1, 4)]
    assert len(set(names)) == 3
    assert await place.generations() == set(names[1:])


async def test_writing_goes_on_beside_a_build(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    live, index, engine = await opened(place), place.index(), place.engine()
    build = await index.create(CATALOGUE, Tiers())
    await write(live, {2: JAWS}, 2)
    await write(build, {1: HEAT}, 1)
    assert await found(engine, "jaws") == [2]
    await live.close()
    await build.close()
    await index.discard(build.mark.generation)
    engine.close()


async def test_a_discarded_generation_leaves_nothing(place: Place) -> None:
    live = await publish_new(place.index(), {1: HEAT})
    index = place.index()
    writer = await index.create(CATALOGUE, Tiers())
    await write(writer, {2: JAWS}, 2)
    await writer.close()
    await index.discard(writer.mark.generation)
    assert await place.generations() == {live}
    assert await place.index().live_generation() == live
    await publish_new(place.index(), {3: FARGO})


async def test_the_live_generation_cannot_be_discarded(place: Place) -> None:
    live = await publish_new(place.index(), {1: HEAT})
    await place.index().discard(live)
    engine = place.engine()
    assert await found(engine, "heat") == [1]
    engine.close()


@pytest.mark.parametrize("same_process", [True, False])
async def test_a_second_rebuild_is_refused_while_the_first_runs(place: Place, *, same_process: bool) -> None:
    first = place.index()
    writer = await first.create(CATALOGUE, Tiers())
    with pytest.raises(IndexUnavailable):
        await (first if same_process else place.index()).create(CATALOGUE, Tiers())
    await write(writer, {1: HEAT}, 1)
    await writer.close()
    await first.publish(writer.mark.generation)
    assert await place.generations() == {writer.mark.generation}
    await publish_new(place.index(), {2: JAWS})


async def test_what_a_killed_build_left_is_removed_by_the_next(place: Place) -> None:
    live = await publish_new(place.index(), {1: HEAT})
    killed = place.index()
    writer = await killed.create(CATALOGUE, Tiers())
    await writer.stage([document(2, JAWS)], [])
    del writer, killed
    assert len(await place.generations()) == 2
    index = place.index()
    # What a process holds ends with it; what nobody holds any more in this one, when the loop comes to it.
    gc.collect()
    async with asyncio.timeout(20):
        while True:
            with suppress(IndexUnavailable):
                build = await index.create(CATALOGUE, Tiers())
                break
            await asyncio.sleep(0.01)
    assert await place.generations() == {live, build.mark.generation}
    assert await index.digests(build.mark.generation) == {}
    assert await index.count(build.mark.generation) == 0
    await write(build, {3: FARGO}, 1)
    await build.close()
    await index.publish(build.mark.generation)
    assert sorted(await place.index().digests()) == [3]


async def test_a_generation_of_another_catalogue_is_not_opened(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    assert await place.index().open_live("another") is None


async def test_a_generation_of_another_schema_is_neither_written_nor_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await publish_new(place.index(), {1: HEAT})
    place.raise_schema_version(monkeypatch)
    assert await place.index().open_live(CATALOGUE) is None
    assert await place.index().status() is None
    engine = place.engine()
    with pytest.raises(IndexUnavailable):
        await engine.mark()
    new = await publish_new(place.index(), {1: HEAT})
    assert await place.generations() == {old, new}
    assert await found(engine, "heat") == [1]
    engine.close()


async def test_a_program_that_is_running_serves_on_until_it_is_replaced(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer program has built beside it, and has published nothing yet."""
    await publish_new(place.index(), {1: HEAT})
    engine = place.engine()
    assert await found(engine, "heat") == [1]
    with monkeypatch.context() as newer:
        place.raise_schema_version(newer)
        index = place.index()
        build = await index.create(CATALOGUE, Tiers())
        await write(build, {1: HEAT}, 1)
        await build.close()
    assert await found(engine, "heat") == [1]
    await index.discard(build.mark.generation)
    engine.close()


async def test_what_cannot_be_read_is_unavailable_until_it_is_built_anew(place: Place) -> None:
    generation = await publish_new(place.index(), {1: HEAT})
    await place.damage(generation)
    engine, index = place.engine(), place.index()
    for call in (
        engine.mark,
        lambda: engine.search(SearchQuery("heat")),
        lambda: index.open_live(CATALOGUE),
        index.digests,
        lambda: index.count(generation),
        index.status,
    ):
        with pytest.raises(IndexUnavailable):
            await call()
    await publish_new(index, {1: HEAT})
    assert await found(engine, "heat") == [1]
    engine.close()


async def test_an_engine_without_an_index_is_unavailable_until_there_is_one(place: Place) -> None:
    engine = place.engine()
    for call in (engine.mark, lambda: engine.search(SearchQuery("heat"))):
        with pytest.raises(IndexUnavailable):
            await call()
    await publish_new(place.index(), {1: HEAT})
    assert await found(engine, "heat") == [1]
    engine.close()


async def test_a_closed_engine_opens_again(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    engine = place.engine()
    assert await found(engine, "heat") == [1]
    engine.close()
    await publish_new(place.index(), {1: JAWS})
    assert await found(engine, "jaws") == [1]
    engine.close()


async def test_a_search_shows_no_more_than_its_limit(place: Place) -> None:
    await publish_new(place.index(), dict.fromkeys(range(1, 31), BRAZIL))
    engine = place.engine()
    assert len(await found(engine, "brazil")) == 10
    for limit in (1, 25, 100):
        assert len((await engine.search(SearchQuery("brazil", limit))).hits) == min(limit, 30)
    engine.close()


async def test_famous_films_written_anew_do_not_hide_the_others(place: Place) -> None:
    film = new_movie(name="The Godfather", director="Francis Ford Coppola", year=1972)
    famous = dict.fromkeys(range(1, 31), msgspec.structs.replace(film, votes=411_088))
    others = dict.fromkeys(range(31, 61), film)
    bound = document(30, famous[30]).rank
    index = place.index()
    build = await index.create(CATALOGUE, Tiers(famous=bound, known=bound))
    await write(build, famous | others, 1)
    await build.close()
    await index.publish(build.mark.generation)
    writer, engine = await opened(place), place.engine()
    await write(writer, famous, 2)
    assert len((await engine.search(SearchQuery("the godf", 50))).hits) == 50
    engine.close()
    await writer.close()


async def test_status_tells_figures(place: Place) -> None:
    generation = await publish_new(place.index(), {1: ALIEN, 2: PSYCHO, 3: JAWS}, position=3)
    writer = await opened(place)
    await writer.stage([], [2])
    await writer.commit(9)
    await writer.close()
    status = await place.index().status()
    assert status is not None
    assert status.mark == Mark(generation, 9)
    assert status.movies == 2
    assert status.segments >= 1
    assert 0 <= status.deleted_share < 1
    assert status.size_bytes > 100

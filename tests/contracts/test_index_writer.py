"""Any adapter's `IndexWriter`: staged, committed with the position, or forgotten."""

import json

import msgspec
import pytest

from cinedex.movies.models import LONGEST_PERSON, MOST_CAST
from cinedex.search.models import Hit, Mark, SearchQuery
from cinedex.search.port import DocumentRefused, IndexUnavailable
from cinedex.search.standing import Tiers
from contracts.indexes import CATALOGUE, found, opened, publish_new, write
from contracts.places import Place
from films import ALIEN, BRAZIL, DUNE_1984, DUNE_2021, FARGO, FILMS, HEAT, JAWS, PSYCHO, document


async def test_what_is_staged_shows_with_the_commit_and_its_position(place: Place) -> None:
    generation = await publish_new(place.index(), {1: ALIEN})
    writer, engine = await opened(place), place.engine()
    await writer.stage([document(2, BRAZIL)], [])
    assert await found(engine, "brazil") == []
    assert await engine.mark() == writer.mark == Mark(generation, 1)
    await writer.commit(2)
    assert await found(engine, "brazil") == [2]
    assert await engine.mark() == writer.mark == Mark(generation, 2)
    engine.close()
    await writer.close()


async def test_the_answer_is_the_one_of_the_document(place: Place) -> None:
    await publish_new(place.index(), {7: ALIEN})
    engine = place.engine()
    assert (await engine.search(SearchQuery("alien"))).hits == [Hit(7, document(7, ALIEN).answer)]
    engine.close()


async def test_the_largest_answer_is_kept_whole(place: Place) -> None:
    film = msgspec.structs.replace(ALIEN, cast=("\N{CLAPPER BOARD}" * LONGEST_PERSON,) * MOST_CAST)
    await publish_new(place.index(), {7: film})
    engine = place.engine()
    assert (await engine.search(SearchQuery("alien"))).hits == [Hit(7, document(7, film).answer)]
    engine.close()


async def test_a_film_is_replaced_by_its_id(place: Place) -> None:
    await publish_new(place.index(), {1: DUNE_1984})
    writer, engine = await opened(place), place.engine()
    await write(writer, {1: DUNE_2021}, 2)
    [hit] = (await engine.search(SearchQuery("dune"))).hits
    assert json.loads(hit.answer)["director"] == "Denis Villeneuve"
    assert await found(engine, "lynch") == []
    assert await place.index().digests() == {1: document(1, DUNE_2021).digest}
    engine.close()
    await writer.close()


async def test_of_one_film_staged_twice_the_last_is_kept(place: Place) -> None:
    await publish_new(place.index(), {})
    writer, engine = await opened(place), place.engine()
    await writer.stage([document(1, HEAT)], [])
    await writer.stage([document(1, JAWS)], [])
    await writer.commit(2)
    assert await found(engine, "jaws") == [1]
    assert await found(engine, "heat") == []
    engine.close()
    await writer.close()


@pytest.mark.parametrize("committed", [False, True])
async def test_a_new_generation_keeps_the_last_of_each_film_too(place: Place, *, committed: bool) -> None:
    index = place.index()
    writer = await index.create(CATALOGUE, Tiers())
    await writer.stage([document(3, FARGO), document(5, ALIEN)], [])
    if committed:
        await writer.commit(1)
    await writer.stage([document(5, BRAZIL), document(4, HEAT), document(9, JAWS)], [3])
    await writer.stage([document(9, PSYCHO), document(7, DUNE_1984)], [4])
    await writer.commit(2)
    await writer.close()
    wanted = {5: BRAZIL, 7: DUNE_1984, 9: PSYCHO}
    assert await index.digests(writer.mark.generation) == {
        at: document(at, film).digest for at, film in wanted.items()
    }
    assert await index.count(writer.mark.generation) == len(wanted)


async def test_films_are_deleted_by_id(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT, 2: JAWS, 3: FARGO})
    writer, engine = await opened(place), place.engine()
    await writer.stage([document(4, PSYCHO)], [1, 3, 99])
    await writer.commit(2)
    assert sorted(await place.index().digests()) == [2, 4]
    assert await found(engine, "heat") == await found(engine, "fargo") == []
    assert await found(engine, "jaws") == [2]
    engine.close()
    await writer.close()


async def test_the_same_again_is_harmless(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT, 2: JAWS})
    writer, engine = await opened(place), place.engine()
    for _ in range(3):
        await writer.stage([document(2, JAWS), document(3, FARGO)], [1])
        await writer.commit(5)
    assert await place.index().digests() == {2: document(2, JAWS).digest, 3: document(3, FARGO).digest}
    assert await found(engine, "fargo") == [3]
    assert writer.mark.position == 5
    engine.close()
    await writer.close()


async def test_a_commit_of_nothing_moves_the_position(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    writer = await opened(place)
    await writer.commit(40)
    await writer.close()
    reopened = await opened(place)
    assert reopened.mark.position == 40
    assert sorted(await place.index().digests()) == [1]
    await reopened.close()


async def test_closing_without_a_commit_forgets_what_was_staged(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    writer = await opened(place)
    await writer.stage([document(2, JAWS)], [1])
    await writer.close()
    reopened = await opened(place)
    assert reopened.mark.position == 1
    assert sorted(await place.index().digests()) == [1]
    await reopened.close()


async def test_a_killed_writer_loses_what_it_had_staged_and_lets_the_next_one_in(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    writer = await opened(place)
    await writer.stage([document(2, JAWS)], [1])
    del writer
    successor = await opened(place)
    assert successor.mark.position == 1
    await write(successor, {3: FARGO}, 2)
    assert sorted(await place.index().digests()) == [1, 3]
    await successor.close()


async def test_closing_twice_is_harmless(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    writer = await opened(place)
    await writer.close()
    await writer.close()
    await (await opened(place)).close()


async def test_a_second_writer_is_refused_or_the_first_undoes_nothing_of_it(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    first = await opened(place)
    await first.stage([document(1, HEAT), document(2, JAWS)], [])
    if place.keeps_second_writers_out:
        with pytest.raises(IndexUnavailable):
            await place.index().open_live(CATALOGUE)
        await first.commit(2)
        await first.close()
    second = await opened(place)
    await second.stage([document(1, PSYCHO)], [2])
    await second.commit(3)
    if not place.keeps_second_writers_out:
        with pytest.raises(IndexUnavailable):
            await first.commit(2)
    assert second.mark.position == 3
    await second.close()
    reopened = await opened(place)
    assert reopened.mark.position == 3
    assert await place.index().digests() == {1: document(1, PSYCHO).digest}
    await reopened.close()


async def test_a_document_that_can_never_be_taken_is_named_and_stages_nothing(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    writer = await opened(place)
    refused = msgspec.structs.replace(document(3, FARGO), digest=2**70)
    with pytest.raises(DocumentRefused) as error:
        await writer.stage([document(2, JAWS), refused], [1])
    assert error.value.movie_id == 3
    await writer.commit(2)
    assert sorted(await place.index().digests()) == [1]
    await write(writer, {2: JAWS}, 3)
    assert sorted(await place.index().digests()) == [1, 2]
    await writer.close()


async def test_many_commits_keep_every_film(place: Place) -> None:
    await publish_new(place.index(), {})
    writer, engine = await opened(place), place.engine()
    for position, film in enumerate(FILMS, start=1):
        await write(writer, {position: film}, position)
    await writer.close()
    digests = await place.index().digests()
    assert digests == {at: document(at, film).digest for at, film in enumerate(FILMS, start=1)}
    for at, film in enumerate(FILMS, start=1):
        assert at in await found(engine, film.name)
    engine.close()

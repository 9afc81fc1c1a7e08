"""What `index verify` compares: each film of the database with what the index holds of it."""

from collections.abc import Callable

import pytest

from cinedex.search import verify
from cinedex.search.port import IndexWriter
from cinedex.search.verify import Difference
from cinedex.services import Services
from contracts.indexes import write
from films import ALIEN, BRAZIL, FARGO, HEAT, JAWS
from search.steps import catch_up, change


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody follows here, so nothing will mend what differs."""
    monkeypatch.setattr(verify, "_ROUNDS", 1)


async def writer_of(services: Services) -> IndexWriter:
    writer = await services.index.open_live(await services.movies.catalogue_uid())
    assert writer is not None
    return writer


async def test_each_kind_of_difference_is_named(services: Services) -> None:
    await services.movies.load([HEAT, JAWS, FARGO])
    await catch_up(services)
    assert await services.verifier.verify() == Difference((), (), (), 0)
    writer = await writer_of(services)
    await writer.stage([], [1])
    await write(writer, {2: BRAZIL, 9: ALIEN}, 3)
    await writer.close()
    difference = await services.verifier.verify()
    assert difference == Difference(missing=(1,), outdated=(2,), surplus=(9,), waiting=0)
    assert not difference.is_none


async def test_what_waits_is_counted(services: Services) -> None:
    await services.movies.load([HEAT, JAWS])
    await catch_up(services)
    await services.movies.load([FARGO])
    await change(services.database, 1, BRAZIL)
    await services.movies.delete(2)
    expected = Difference(missing=(3,), outdated=(1,), surplus=(2,), waiting=3)
    assert await services.verifier.verify() == expected


async def test_a_change_that_changes_nothing_waits_all_the_same(services: Services) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    await change(services.database, 1, HEAT)
    difference = await services.verifier.verify()
    assert difference == Difference((), (), (), waiting=1)
    assert not difference.is_none


async def test_without_an_index_all_is_missing_and_waits(services: Services) -> None:
    await services.movies.load([HEAT, JAWS])
    assert await services.verifier.verify() == Difference(missing=(1, 2), outdated=(), surplus=(), waiting=2)


@pytest.mark.parametrize("field", ["genres", "cast", "imdb_score", "votes", "popularity", "year"])
async def test_any_part_of_a_film_is_compared(services: Services, field: str) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    other = {
        "genres": "INSERT INTO movie_genres VALUES (1, 1, 0)",
        "cast": 'UPDATE movies SET "cast" = \'["Robert De Niro"]\'',
    }.get(field, f"UPDATE movies SET {field} = 1")  # noqa: S608 -- our own names
    await services.movies.add_genre("Crime")
    async with services.database.transaction() as connection:
        await connection.exec_driver_sql(other)
    assert (await services.verifier.verify()).outdated == (1,)


async def test_a_follower_that_runs_is_given_time(
    services: Services, make_services: Callable[[], Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    await services.movies.load([JAWS])
    monkeypatch.setattr(verify, "_ROUNDS", 3)
    others = make_services()

    class Slow(verify.Verifier):
        async def _compare(self) -> Difference:
            difference = await super()._compare()
            await catch_up(others)
            return difference

    verifier = Slow(services.database, services.movies, services.index)
    assert (await verifier.verify()).is_none

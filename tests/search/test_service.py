"""Searching: the cache retires with the index, and each dependency that fails has a decided end."""

from collections.abc import Callable
from typing import Literal

import pytest
from httpx import AsyncClient

from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.search.models import SearchQuery
from cinedex.search.service import NothingFound, SearchService, SearchUnavailable
from cinedex.services import Services
from films import ALIEN, BRAZIL, DUNE_1984, DUNE_2021, FILMS, HEAT, JAWS
from search.faulty import CountingEngine
from search.steps import catch_up, change, names_found
from tiers import EMBEDDED

SEARCH = "/api/v1/search_movie"


@pytest.fixture
def engine(services: Services) -> CountingEngine:
    return CountingEngine(services)


@pytest.fixture
def search(services: Services, engine: CountingEngine) -> SearchService:
    return SearchService(engine, MemoryCache(1_000_000), services.movies)


async def ids(search: SearchService, text: str, limit: int = 10) -> list[int]:
    return [movie.id for movie in (await search.search(SearchQuery(text, limit))).decoded()]


async def test_the_same_search_is_answered_from_the_cache(
    services: Services, search: SearchService, engine: CountingEngine
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    first = await search.search(SearchQuery("heat"))
    assert await search.search(SearchQuery("heat")) == first
    assert engine.searches == 1
    assert not first.is_degraded


async def test_nothing_found_is_kept_too(
    services: Services, search: SearchService, engine: CountingEngine
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    for _ in range(2):
        with pytest.raises(NothingFound):
            await search.search(SearchQuery("zzzzzz"))
    assert engine.searches == 1


async def test_text_and_limit_tell_searches_apart(services: Services, search: SearchService) -> None:
    await services.movies.load([DUNE_1984, DUNE_2021, HEAT])
    await catch_up(services)
    assert len(await ids(search, "dune")) == 2
    assert len(await ids(search, "dune", limit=1)) == 1
    assert len(await ids(search, "dune", limit=2)) == 2
    assert await ids(search, "heat") == [3]


async def test_nothing_old_is_answered_after_a_change_was_applied(
    services: Services, search: SearchService
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    assert await ids(search, "heat") == [1]
    await services.movies.load([JAWS])
    await catch_up(services)
    assert await ids(search, "jaws") == [2]
    await change(services.database, 1, BRAZIL)
    await catch_up(services)
    with pytest.raises(NothingFound):
        await search.search(SearchQuery("heat"))
    await services.movies.delete(2)
    await catch_up(services)
    with pytest.raises(NothingFound):
        await search.search(SearchQuery("jaws"))


async def test_nothing_old_is_answered_by_a_new_generation_of_the_same_position(
    services: Services, search: SearchService
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    assert await ids(search, "heat") == [1]
    async with services.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE movies SET name = 'Ronin', identity_key = 'ronin'")
    await services.rebuilder.rebuild()
    with pytest.raises(NothingFound):
        await search.search(SearchQuery("heat"))


@pytest.mark.parametrize("fails_to", ["mark", "search"])
async def test_without_an_index_the_titles_of_the_database_answer_and_are_not_kept(
    services: Services,
    search: SearchService,
    engine: CountingEngine,
    fails_to: Literal["mark", "search"],
) -> None:
    await services.movies.load(FILMS)
    await catch_up(services)
    engine.fails_to = fails_to
    answer = await search.search(SearchQuery("DUN"))
    assert answer.is_degraded
    assert [movie.director for movie in answer.decoded()] == ["Denis Villeneuve", "David Lynch"]
    assert (await search.search(SearchQuery("dune", 1))).decoded()[0].year == 2021
    # That there is no such film would be more than anybody knows.
    with pytest.raises(SearchUnavailable) as error:
        await search.search(SearchQuery("fritz lang"))
    assert error.value.retry_after_seconds == 1
    assert not await search.is_ready() or fails_to == "search"
    engine.fails_to = None
    answer = await search.search(SearchQuery("fritz lang"))
    assert not answer.is_degraded
    assert not (await search.search(SearchQuery("DUN"))).is_degraded


async def test_over_http_a_degraded_answer_says_so(client: AsyncClient, services: Services) -> None:
    await services.movies.load([ALIEN])
    answer = (await client.get(SEARCH, params={"name": "ali"})).json()
    assert answer["degraded"] is True
    assert answer["message"] == "Movie found"
    assert [movie["name"] for movie in answer["movies"]] == ["Alien"]
    refused = await client.get(SEARCH, params={"name": "lien"})
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["message"] == "Search cannot be reached now. Please try again."
    await catch_up(services)
    answer = (await client.get(SEARCH, params={"name": "ali"})).json()
    assert answer.keys() == {"message", "movies"}


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
@pytest.mark.usefixtures("threads_end")
@pytest.mark.parametrize("damage", ["a folder in its place", "no database at all", "no tables"])
async def test_without_index_and_database_the_answer_is_503(
    client: AsyncClient, services: Services, damage: str
) -> None:
    path = services.settings.database_path
    path.unlink()
    if damage == "a folder in its place":
        path.mkdir()
    elif damage == "no database at all":
        path.write_bytes(b"This was a database once. " * 1000)
    response = await client.get(SEARCH, params={"name": "alien"})
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.json()["message"] == "The catalogue cannot be reached now. Please try again."
    assert response.json()["code"] == "database_unavailable"


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
async def test_search_goes_on_without_the_database(
    services: Services, make_services: Callable[[], Services]
) -> None:
    await services.movies.load([ALIEN])
    await catch_up(services)
    await services.close()
    services.settings.database_path.unlink()
    services.settings.database_path.mkdir()
    alone = make_services()
    assert await names_found(alone, "alein") == ["Alien"]
    assert await alone.search.is_ready()

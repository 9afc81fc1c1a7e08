"""Lists, suggestions and filters while the index does not answer: titles where they tell enough, else 503."""

from typing import Any, Literal

import msgspec
import pytest
from httpx import AsyncClient

from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.search.models import Listing
from cinedex.search.service import SearchService
from cinedex.services import Services
from films import ALIEN, FILMS, HEAT
from search.faulty import CountingEngine
from search.lists import LIST, SEARCH, SUGGEST, page_of, refusal
from search.steps import catch_up, lose_index
from tiers import EMBEDDED


async def test_a_list_of_titles_says_that_it_is_no_list(client: AsyncClient, services: Services) -> None:
    await services.movies.load(FILMS)
    response = await client.get(LIST, params={"q": "DUN", "limit": "1"})
    assert response.status_code == 200
    body = response.json()
    assert [movie["year"] for movie in body.pop("movies")] == [2021]
    assert body == {"total": None, "facets": None, "next_cursor": None, "degraded": True}
    body = (await client.get(LIST, params={"q": "dune", "sort": "relevance"})).json()
    assert [movie["year"] for movie in body["movies"]] == [2021, 1984]
    await catch_up(services)
    assert page_of(await client.get(LIST, params={"q": "DUN", "limit": "1"}))["total"] == 2


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": ""},
        {"q": "une"},
        {"q": "dune", "sort": "year"},
        {"q": "dune", "genre": "Drama"},
        {"q": "dune", "director": "Lynch"},
        {"q": "dune", "year_from": "1984"},
        {"q": "dune", "year_to": "1984"},
        {"q": "dune", "score_from": "0"},
    ],
)
async def test_what_titles_cannot_tell_is_unavailable(
    client: AsyncClient, services: Services, asked: dict[str, str]
) -> None:
    await services.movies.load(FILMS)
    response = await client.get(LIST, params=asked)
    assert refusal(response, 503)["code"] == "search_unavailable"
    assert response.headers["retry-after"] == "1"
    if "sort" not in asked and asked.get("q") == "dune":
        # The older call cannot tell either which of the titles pass.
        asked["name"] = asked.pop("q")
        response = await client.get(SEARCH, params=asked)
        assert refusal(response, 503)["code"] == "search_unavailable"
        assert response.headers["retry-after"] == "1"


async def test_a_next_page_is_unavailable(client: AsyncClient, services: Services) -> None:
    await services.movies.load(FILMS)
    await catch_up(services)
    asked: dict[str, Any] = {"q": "dune", "limit": 1}
    asked["cursor"] = page_of(await client.get(LIST, params=asked))["next_cursor"]
    await lose_index(services)
    refusal(await client.get(LIST, params=asked), 503)


async def test_suggestions_are_titles(client: AsyncClient, services: Services) -> None:
    await services.movies.load([*FILMS, msgspec.structs.replace(HEAT, name="Alien Nation", year=None)])
    body = (await client.get(SUGGEST, params={"q": "ali"})).json()
    assert body == {
        "suggestions": [
            {"kind": "film", "text": "Alien", "id": 1, "year": 1979},
            {"kind": "film", "text": "Alien Nation", "id": 13},
        ],
        "degraded": True,
    }
    assert len((await client.get(SUGGEST, params={"q": "ali", "limit": "1"})).json()["suggestions"]) == 1
    response = await client.get(SUGGEST, params={"q": "ridley"})
    assert refusal(response, 503)["code"] == "search_unavailable"
    assert response.headers["retry-after"] == "1"


@pytest.mark.parametrize("fails_to", ["mark", "search"])
async def test_titles_are_not_kept_and_answers_are(
    services: Services, fails_to: Literal["mark", "search"]
) -> None:
    await services.movies.load([ALIEN, HEAT])
    await catch_up(services)
    engine = CountingEngine(services)
    search = SearchService(engine, MemoryCache(1_000_000), services.movies)
    engine.fails_to = fails_to
    assert b'"degraded":true' in await search.list(Listing("alien"))
    assert b'"degraded":true' in await search.suggest("ali", 8)
    engine.fails_to = None
    engine.searches = 0
    for _ in range(3):
        assert b'"degraded"' not in await search.list(Listing("alien"))
        assert b'"degraded"' not in await search.suggest("ali", 8)
    assert engine.searches == 2
    assert await search.suggest("ali", 1) != await search.suggest("ridley", 1)
    assert await search.list(Listing("alien")) != await search.list(Listing("heat"))


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
@pytest.mark.usefixtures("threads_end")
async def test_without_the_database_too_the_answer_is_503(client: AsyncClient, services: Services) -> None:
    path = services.settings.database_path
    path.unlink()
    path.mkdir()
    for address, asked in ((LIST, {"q": "alien"}), (SUGGEST, {"q": "alien"})):
        response = await client.get(address, params=asked)
        assert refusal(response, 503)["code"] == "database_unavailable"
        assert response.headers["retry-after"] == "1"

"""`GET /api/v1/suggest`: directors and films for a text that somebody is typing."""

from typing import Any

import msgspec
import pytest
from httpx import AsyncClient

from cinedex.services import Services
from films import HEAT
from search.lists import SUGGEST, refusal
from search.steps import catch_up


async def suggestions(client: AsyncClient, text: str, **asked: Any) -> list[dict[str, Any]]:
    response = await client.get(SUGGEST, params={"q": text} | asked)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert int(response.headers["content-length"]) == len(response.content)
    body = response.json()
    assert body.keys() == {"suggestions"}
    found: list[dict[str, Any]] = body["suggestions"]
    return found


async def test_directors_with_their_films_then_films(dozen: AsyncClient) -> None:
    assert await suggestions(dozen, "ridl") == [
        {"kind": "director", "text": "Ridley Scott", "films": 2},
        {"kind": "film", "text": "Blade Runner", "id": 2, "year": 1982},
        {"kind": "film", "text": "Alien", "id": 1, "year": 1979},
    ]
    assert await suggestions(dozen, "dune") == [
        {"kind": "film", "text": "Dune", "id": 5, "year": 2021},
        {"kind": "film", "text": "Dune", "id": 4, "year": 1984},
    ]


async def test_a_year_that_nobody_knows_is_left_out(client: AsyncClient, services: Services) -> None:
    await services.movies.load([msgspec.structs.replace(HEAT, year=None)])
    await catch_up(services)
    assert await suggestions(client, "heat") == [{"kind": "film", "text": "Heat", "id": 1}]


@pytest.mark.parametrize("text", ["qqqqqqqq", "!?", "«»"])
async def test_nothing_fits(dozen: AsyncClient, text: str) -> None:
    assert await suggestions(dozen, text) == []


async def test_eight_unless_asked(sample: AsyncClient) -> None:
    assert len(await suggestions(sample, "the")) == 8
    for limit in (1, 3, 20):
        assert len(await suggestions(sample, "the", limit=limit)) == limit
    assert len(await suggestions(sample, "s", limit="")) == 8


async def test_each_letter_of_a_title_leads_to_it(sample: AsyncClient) -> None:
    for title in ("The Godfather", "Pulp Fiction", "Fargo", "Casablanca"):
        texts = [title[:end] for end in range(5, len(title) + 1)]
        for text in texts:
            assert title in [one["text"] for one in await suggestions(sample, text)], text


async def test_suggestions_of_films_are_in_the_catalogue(sample: AsyncClient) -> None:
    for text in ("kubr", "star w", "lord of"):
        for one in await suggestions(sample, text, limit=20):
            if one["kind"] == "film":
                movie = (await sample.get(f"/api/v1/movies/{one['id']}")).json()
                assert (movie["name"], movie["year"]) == (one["text"], one["year"])
            else:
                page = (await sample.get("/api/v1/movies", params={"director": one["text"]})).json()
                assert page["total"] == one["films"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "  "}, "q"),
        ({"q": "x" * 501}, "q"),
        ({"q": "a\x00"}, "q"),
        ({"q": "a", "limit": "0"}, "limit"),
        ({"q": "a", "limit": "21"}, "limit"),
        ({"q": "a", "limit": "many"}, "limit"),
        ({"q": ["a", "b"]}, "q"),
    ],
)
async def test_what_cannot_be_is_named(dozen: AsyncClient, asked: dict[str, Any], field: str) -> None:
    assert refusal(await dozen.get(SUGGEST, params=asked), 400)["errors"].keys() == {field}


async def test_other_methods_are_refused_with_the_one_allowed(client: AsyncClient) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        response = await client.request(method, SUGGEST)
        assert response.status_code == 405
        assert response.headers["allow"] == "GET, HEAD"


async def test_suggesting_asks_the_database_nothing(dozen: AsyncClient, statements: list[str]) -> None:
    statements.clear()
    for text in ("a", "ri", "ridley", "qqqq"):
        await suggestions(dozen, text)
    assert statements == []

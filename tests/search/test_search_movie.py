"""`/api/v1/search_movie`, row by row of the contract."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient, Response

from cinedex.services import Services
from films import FILMS, JAWS
from search.steps import catch_up

SEARCH = "/api/v1/search_movie"
FORM = "application/x-www-form-urlencoded"


def names(response: Response) -> list[str]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert int(response.headers["content-length"]) == len(response.content)
    answer: dict[str, Any] = response.json()
    assert answer["message"] == "Movie found"
    return [movie["name"] for movie in answer["movies"]]


def refusal(response: Response, status: int) -> dict[str, Any]:
    """Return the body of a refusal that has this status and the shape of every error."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert body["message"]
    assert body["code"]
    assert body["request_id"] == response.headers["x-request-id"]
    return body


async def test_a_film_is_shown_with_all_that_is_known(dozen: AsyncClient) -> None:
    response = await dozen.post(SEARCH, json={"name": "Alien"})
    assert response.json()["movies"][0] == {
        "id": 1,
        "name": "Alien",
        "director": "Ridley Scott",
        "imdb_score": 8.5,
        "popularity": None,
        "genres": [{"title": "Horror"}],
        "year": 1979,
        "votes": 180387,
        "cast": [],
        "matched_on": [{"field": "name", "text": "Alien", "kind": "exact", "ranges": [[0, 5]]}],
    }


@pytest.mark.parametrize("text", ["Jaws", "jaws", "  JAWS ", "jasw", "jaw", "steven spielberg", "speilberg"])
async def test_every_way_to_ask(dozen: AsyncClient, text: str) -> None:
    for response in (
        await dozen.get(SEARCH, params={"name": text}),
        await dozen.post(SEARCH, json={"name": text}),
        await dozen.post(SEARCH, data={"name": text}),
        await dozen.post(SEARCH, content=b'{"name": "%s"}' % text.encode(), headers={"content-type": FORM}),
        await dozen.post(SEARCH, content=b'{"name": "%s"}' % text.encode()),
        await dozen.post(
            SEARCH,
            content=b'{"name": "%s"}' % text.encode(),
            headers={"content-type": "application/json; charset=utf-8"},
        ),
    ):
        assert names(response)[0] == "Jaws"


async def test_a_text_copied_from_a_page_with_its_direction_is_answered(dozen: AsyncClient) -> None:
    # Pages wrap titles so; a text that is looked for shows nothing to anybody else.
    wrapped = "\u2068Alien\u2069"
    filters = {"director": "\u202dRidley Scott\u202c", "genre": "\u2067Horror\u2069"}
    assert names(await dozen.get(SEARCH, params={"name": wrapped}))[0] == "Alien"
    listed = await dozen.get("/api/v1/movies", params={"q": wrapped} | filters)
    suggested = await dozen.get("/api/v1/suggest", params={"q": wrapped})
    assert [film["name"] for film in listed.json()["movies"]] == ["Alien"]
    assert "Alien" in suggested.text


async def test_ten_films_unless_asked(client: AsyncClient, services: Services) -> None:
    await services.movies.load([msgspec.structs.replace(JAWS, year=year) for year in range(1990, 2011)])
    await catch_up(services)
    assert len(names(await client.get(SEARCH, params={"name": "jaws"}))) == 10
    assert len(names(await client.get(SEARCH, params={"name": "jaws", "limit": "3"}))) == 3
    assert len(names(await client.post(SEARCH, json={"name": "jaws", "limit": 15}))) == 15
    assert len(names(await client.post(SEARCH, data={"name": "jaws", "limit": "100"}))) == 21
    assert len(names(await client.get(SEARCH, params={"name": "jaws", "limit": ""}))) == 10


async def test_no_film_matches(dozen: AsyncClient) -> None:
    for response in (
        await dozen.get(SEARCH, params={"name": "qqqqqqqq"}),
        await dozen.post(SEARCH, json={"name": "!?"}),
    ):
        assert refusal(response, 404)["message"] == "Movie not found"


async def test_a_name_has_to_be_there(dozen: AsyncClient) -> None:
    for response in (
        await dozen.get(SEARCH),
        await dozen.get(SEARCH, params={"name": ""}),
        await dozen.get(SEARCH, params={"name": "  \t "}),
        await dozen.get(SEARCH, params={"nam": "Alien"}),
        await dozen.post(SEARCH),
        await dozen.post(SEARCH, json={}),
        await dozen.post(SEARCH, json={"name": None}),
        await dozen.post(SEARCH, json={"name": ""}),
        await dozen.post(SEARCH, data={"limit": "3"}),
        await dozen.post(SEARCH, data={"name": " "}),
    ):
        body = refusal(response, 400)
        assert body["message"] == "Missing data" or not response.request.content
        assert body.get("errors") == {"name": "missing"} or not response.request.content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 1984),
        ("name", True),
        ("name", ["Alien"]),
        ("name", {"is": "Alien"}),
        ("name", "x" * 501),
        ("name", "Ali\x00en"),
        ("name", "Ali\u009ben"),
        ("limit", 0),
        ("limit", -1),
        ("limit", 101),
        ("limit", 10**30),
        ("limit", "ten"),
        ("limit", 2.5),
        ("limit", None),
    ],
)
async def test_a_value_that_cannot_be_is_named(dozen: AsyncClient, field: str, value: object) -> None:
    body = refusal(await dozen.post(SEARCH, json={"name": "Alien"} | {field: value}), 400)
    assert body["errors"].keys() == {field}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"Alien"',
        b"null",
        b"17",
        b'{"name": "Alien"',
        b'{"name": Alien}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "Alien", "limit": NaN}',
        b'{"name": "Alien", "limit": 1e999}',
        b'{"name": "Alien", "limit": Infinity}',
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"[" * 60_000,
        b'\xff\xfe{\x00"\x00',
    ],
)
async def test_a_body_that_is_none(dozen: AsyncClient, content: bytes) -> None:
    for kind in ("application/json", FORM):
        refusal(await dozen.post(SEARCH, content=content, headers={"content-type": kind}), 400)


async def test_a_body_of_another_kind(dozen: AsyncClient) -> None:
    for kind in ("text/xml", "multipart/form-data; boundary=x", "application/octet-stream"):
        response = await dozen.post(SEARCH, content=b"name=Alien", headers={"content-type": kind})
        refusal(response, 415)


@pytest.mark.parametrize(
    "query",
    [b"name=%ff", b"name=%ed%a0%80", b"name=A&name=B", b"limit=1", b"name=%00", b"&".join([b"name=A"] * 999)],
)
async def test_a_query_string_that_is_none(dozen: AsyncClient, query: bytes) -> None:
    refusal(await dozen.get(f"{SEARCH}?{query.decode()}"), 400)


async def test_other_methods_are_refused_with_those_allowed(dozen: AsyncClient) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        response = await dozen.request(method, SEARCH)
        assert refusal(response, 405)["message"] == "This address does not answer to that method."
        assert response.headers["allow"] == "GET, HEAD, POST"


async def test_other_routes_refuse_methods_the_same_way(dozen: AsyncClient) -> None:
    for method in ("GET", "PUT", "DELETE"):
        response = await dozen.request(method, "/api/v1/add_movie")
        assert refusal(response, 405)["message"] == "This address does not answer to that method."
        assert "POST" in response.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/api/v1/search_movies", "/api/v1/search_movie/1", "/api/v2", "/%00", "/x" * 500]
)
async def test_unknown_addresses(dozen: AsyncClient, path: str) -> None:
    for method in ("GET", "POST"):
        body = refusal(await dozen.request(method, path), 404)
        assert body["message"] == "There is nothing at this address."


async def test_a_body_that_is_too_large(dozen: AsyncClient) -> None:
    body = b'{"name": "Alien", "more": "' + b"x" * 70_000 + b'"}'
    refusal(await dozen.post(SEARCH, content=body), 413)

    async def parts() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 1000):
            yield body[at : at + 1000]

    refusal(await dozen.post(SEARCH, content=parts()), 413)


async def test_a_body_in_parts(dozen: AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for part in (b'{"na', b"", b'me": "Ali', b'en"}'):
            yield part

    assert names(await dozen.post(SEARCH, content=parts())) == ["Alien"]


async def test_a_search_asks_the_database_nothing(
    client: AsyncClient, services: Services, statements: list[str]
) -> None:
    await services.movies.load(FILMS)
    await catch_up(services)
    statements.clear()
    for text in ("Alien", "alein", "ridley scot", "nothing of the kind", "!"):
        await client.get(SEARCH, params={"name": text})
        await client.post(SEARCH, json={"name": text})
    await client.post(SEARCH, json={})
    assert statements == []

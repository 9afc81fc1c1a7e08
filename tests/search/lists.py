"""Leafing through films: what the tests of lists share."""

from collections.abc import AsyncIterator
from typing import Any

from httpx import AsyncClient, Response

LIST = "/api/v1/movies"
SUGGEST = "/api/v1/suggest"
SEARCH = "/api/v1/search_movie"
SORTS = ["relevance", "score", "popularity", "year", "name"]

# What an answer has besides, where it has understood more than the words as they stand.
UNDERSTOOD = {"read_as", "did_you_mean"}

Movie = dict[str, Any]


def page_of(response: Response) -> dict[str, Any]:
    """Return a page of films, its shape checked."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert int(response.headers["content-length"]) == len(response.content)
    page: dict[str, Any] = response.json()
    assert page.keys() - UNDERSTOOD == {"movies", "total", "facets", "next_cursor"}
    assert page["facets"].keys() == {"genre", "decade", "score", "estimated"}
    return page


async def pages(client: AsyncClient, **asked: Any) -> AsyncIterator[dict[str, Any]]:
    """Yield page after page, up to the last one."""
    parameters = {name: value for name, value in asked.items() if value is not None}
    while True:
        page = page_of(await client.get(LIST, params=parameters))
        yield page
        if page["next_cursor"] is None:
            return
        assert page["movies"] or parameters.get("cursor"), "an empty first page has no next one"
        parameters["cursor"] = page["next_cursor"]


async def all_films(client: AsyncClient, **asked: Any) -> list[Movie]:
    """Return the films of all pages."""
    return [movie async for page in pages(client, **asked) for movie in page["movies"]]


def refusal(response: Response, status: int) -> dict[str, Any]:
    """Return the body of a refusal that has this status and the shape of every error."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert body["message"]
    assert body["code"]
    assert body["request_id"] == response.headers["x-request-id"]
    return body

"""A film that was added, changed or deleted shows in searches, lists and suggestions alike, and nothing old does."""

from typing import Any

from httpx import AsyncClient

from cinedex.services import Services
from films import BRAZIL, FILMS, HEAT, PSYCHO
from search.lists import LIST, SEARCH, SUGGEST
from search.steps import catch_up, change


async def shown(client: AsyncClient, text: str) -> list[set[str]]:
    """Return the names that search, list, list by name, and suggestions give for a text."""
    found = (await client.get(SEARCH, params={"name": text})).json().get("movies", [])
    listed: list[dict[str, Any]] = []
    for sort in ("relevance", "name"):
        page = (await client.get(LIST, params={"q": text, "sort": sort})).json()
        assert page["total"] == len(page["movies"])
        listed.append(page["movies"])
    suggested = (await client.get(SUGGEST, params={"q": text})).json()["suggestions"]
    return [
        *({movie["name"] for movie in movies} for movies in (found, *listed)),
        {one["text"] for one in suggested if one["kind"] == "film"},
    ]


async def test_added_changed_and_deleted(client: AsyncClient, services: Services) -> None:
    await services.movies.load([film for film in FILMS if film not in {HEAT, BRAZIL}])
    await catch_up(services)
    everything = (await client.get(LIST, params={"limit": 100})).json()
    assert await shown(client, "heat") == [set()] * 4
    await services.movies.load([HEAT])
    await catch_up(services)
    assert await shown(client, "heat") == [{"Heat"}] * 4
    more = (await client.get(LIST, params={"limit": 100})).json()
    assert more["total"] == everything["total"] + 1
    movie_id = next(movie["id"] for movie in more["movies"] if movie["name"] == "Heat")
    await change(services.database, movie_id, BRAZIL)
    await catch_up(services)
    assert await shown(client, "heat") == [set()] * 4
    assert await shown(client, "brazil") == [{"Brazil"}] * 4
    await services.movies.delete(movie_id)
    await catch_up(services)
    assert await shown(client, "brazil") == [set()] * 4
    assert (await client.get(LIST, params={"limit": 100})).json() == everything


async def test_a_director_is_suggested_with_as_many_films_as_there_are(
    client: AsyncClient, services: Services
) -> None:
    await services.movies.load([film for film in FILMS if film != PSYCHO])
    for expected in (1, 2, 1):
        await catch_up(services)
        first = (await client.get(SUGGEST, params={"q": "hitchc"})).json()["suggestions"][0]
        assert first == {"kind": "director", "text": "Alfred Hitchcock", "films": expected}
        if expected == 1:
            await services.movies.load([PSYCHO])
        else:
            [psycho] = (await client.get(LIST, params={"q": "psycho"})).json()["movies"]
            await services.movies.delete(psycho["id"])

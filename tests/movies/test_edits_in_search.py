"""What was changed or deleted over HTTP is found, or no longer found, once the index has followed."""

import math
from typing import Any

import msgspec
import pytest

from cinedex.services import Services
from films import ALIEN, DUNE_1984, HEAT
from movies.calls import FIRST, Client, Headers
from search.steps import catch_up

SEARCH = "/api/v1/search_movie"


async def found(client: Client, text: str) -> dict[str, Any]:
    response = await client.get(SEARCH, params={"name": text})
    answer: dict[str, Any] = response.json()
    assert response.status_code == (200 if "movies" in answer else 404), answer
    return answer


async def names(client: Client, text: str) -> list[str]:
    return [movie["name"] for movie in (await found(client, text)).get("movies", [])]


@pytest.fixture
async def indexed(services: Services) -> None:
    """Puts three films into the catalogue and its index."""
    await services.movies.load([ALIEN, HEAT, DUNE_1984])
    await catch_up(services)


@pytest.mark.usefixtures("indexed")
async def test_a_change_is_found_and_what_was_before_is_not(
    client: Client, services: Services, admin: Headers
) -> None:
    assert await names(client, "alien") == ["Alien"]
    sent = {"name": "Ronin", "director": "John Frankenheimer", "year": 1998, "genres": None, "votes": 9}
    changed = await client.patch(FIRST, json=sent, headers=admin)
    await catch_up(services)
    assert (await services.verifier.verify()).is_none
    [ronin] = (await found(client, "ronin"))["movies"]
    assert ronin | changed.json() == ronin
    assert await names(client, "frankenheimer") == ["Ronin"]
    assert "Ronin" not in await names(client, "alien") + await names(client, "ridley scott")


@pytest.mark.usefixtures("indexed")
async def test_a_deleted_film_is_not_found(client: Client, services: Services, admin: Headers) -> None:
    assert await names(client, "dune") == ["Dune"]
    assert (await client.delete("/api/v1/movies/3", headers=admin)).status_code == 204
    await catch_up(services)
    assert (await services.verifier.verify()).is_none
    assert await names(client, "dune") == []
    assert await names(client, "heat") == ["Heat"]


@pytest.mark.usefixtures("indexed")
async def test_what_was_refused_or_changed_nothing_moves_no_index(
    client: Client, services: Services, admin: Headers
) -> None:
    before = await services.index.status()
    for sent in ({"votes": ALIEN.votes}, {"name": "Heat", "director": "Michael Mann", "year": 1995}, {}):
        await client.patch(FIRST, json=sent, headers=admin)
    await client.delete(FIRST, headers=admin | {"if-match": '"other"'})
    await catch_up(services)
    assert await services.index.status() == before


async def test_without_an_index_the_new_beginning_of_a_name_is_found(
    client: Client, services: Services, admin: Headers
) -> None:
    await services.movies.load([ALIEN, HEAT])
    await client.patch(FIRST, json={"name": "Ronin"}, headers=admin)
    answer = await found(client, "ron")
    assert answer["degraded"] is True
    assert [movie["name"] for movie in answer["movies"]] == ["Ronin"]
    response = await client.get(SEARCH, params={"name": "ali"})
    assert response.status_code == 503


@pytest.mark.parametrize(("stored", "shown"), [(7.0005, 7.0), (7.0006, 7.001), (9.2, 9.2)])
async def test_a_score_stored_finer_than_thousandths_is_the_one_that_is_shown_wherever_it_is(
    client: Client, services: Services, stored: float, shown: float
) -> None:
    # Older programs stored what they were given.
    await services.movies.load([msgspec.structs.replace(HEAT, imdb_score=stored)])
    await catch_up(services)
    assert (await services.verifier.verify()).is_none
    assert (await client.get(FIRST)).json()["imdb_score"] == shown
    assert [film["imdb_score"] for film in (await found(client, "heat"))["movies"]] == [shown]
    for least, total in ((shown, 1), (math.nextafter(shown, 11), 0)):
        page = (await client.get("/api/v1/movies", params={"score_from": least})).json()
        assert page["total"] == total
        assert page["facets"]["score"] == [{"value": int(shown), "count": 1}] * total

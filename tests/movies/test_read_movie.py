"""`GET /api/v1/movies/{id}`: a film as the database has it now, and its ETag."""

import re
from typing import Any

import msgspec
import pytest

from cinedex.movies.models import ANSWER_VERSION
from cinedex.movies.schemas import MovieBody
from cinedex.services import Services
from films import ALIEN, HEAT
from movies.calls import FIRST, MOVIES, Client, Headers, refusal

ALIEN_READ = {
    "id": 1,
    "name": "Alien",
    "director": "Ridley Scott",
    "imdb_score": 8.5,
    "popularity": None,
    "genres": [{"title": "Horror"}],
    "year": 1979,
    "votes": 180387,
    "cast": [],
}


async def test_anybody_reads_a_film(client: Client, services: Services) -> None:
    await services.movies.load([ALIEN])
    response = await client.get(FIRST)
    assert response.status_code == 200
    assert response.json() == ALIEN_READ
    assert re.fullmatch('"[0-9a-f]{32}"', response.headers["etag"])
    # A cache may keep it, and must ask each time.
    assert response.headers["cache-control"] == "no-cache"


async def test_a_change_shows_at_once(client: Client, services: Services) -> None:
    await services.movies.load([ALIEN])
    before = await client.get(FIRST)
    await services.movies.edit(1, {"imdb_score": 8.4})
    after = await client.get(FIRST)
    assert after.json() == ALIEN_READ | {"imdb_score": 8.4}
    assert after.headers["etag"] != before.headers["etag"]
    await services.movies.delete(1)
    refusal(await client.get(FIRST), 404)


async def test_the_tag_stands_for_all_that_a_film_holds(client: Client, services: Services) -> None:
    await services.movies.load([ALIEN, msgspec.structs.replace(HEAT, genres=("Crime",))])
    seen = {(await client.get(FIRST)).headers["etag"], (await client.get(f"{MOVIES}/2")).headers["etag"]}
    changes: list[dict[str, Any]] = [
        {"name": "Alien: The Director's Cut"},
        {"director": None},
        {"imdb_score": None},
        {"popularity": 5.0},
        {"genres": ["Crime"]},
        {"genres": ["Crime", "Horror"]},
        {"genres": ["Horror", "Crime"]},
        {"year": 2003},
        {"votes": 0},
        {"cast": ["Sigourney Weaver"]},
        {"cast": ["Sigourney Weaver", "Ian Holm"]},
    ]
    for change in changes:
        await services.movies.edit(1, change)
        seen.add((await client.get(FIRST)).headers["etag"])
    assert len(seen) == len(changes) + 2


async def test_the_tag_is_of_the_content_and_not_of_the_time(client: Client, services: Services) -> None:
    await services.movies.load([ALIEN])
    first = (await client.get(FIRST)).headers["etag"]
    await services.movies.edit(1, {"votes": 1})
    await services.movies.edit(1, {"votes": ALIEN.votes})
    assert (await client.get(FIRST)).headers["etag"] == first


@pytest.mark.parametrize(
    "names", ["{}", "W/{}", '"other", {}', '"other" ,W/{} , "third"', ",{},", "*", " * ", '"a,b", {}']
)  # fmt: skip
async def test_who_has_it_already_is_sent_nothing(client: Client, services: Services, names: str) -> None:
    await services.movies.load([ALIEN])
    tag = (await client.get(FIRST)).headers["etag"]
    response = await client.get(FIRST, headers={"if-none-match": names.format(tag)})
    assert response.status_code == 304
    assert response.content == b""
    assert response.headers["etag"] == tag
    assert response.headers["cache-control"] == "no-cache"


async def test_a_copy_of_before_the_cast_was_shown_is_sent_anew(client: Client, services: Services) -> None:
    await services.movies.load([ALIEN])
    without_cast = '"2270a804bb4024b5ed8af94dc7f83f65"'
    response = await client.get(FIRST, headers={"if-none-match": without_cast})
    assert response.status_code == 200
    assert response.json() == ALIEN_READ


def test_answers_of_another_shape_have_other_tags() -> None:
    fields = "id", "name", "director", "imdb_score", "popularity", "genres", "year", "votes", "cast"
    assert {ANSWER_VERSION: MovieBody.__struct_fields__} == {2: fields}


@pytest.mark.parametrize("names", ['"other"', 'W/"other", ""', '"{}"'])
async def test_who_has_another_is_sent_the_film(client: Client, services: Services, names: str) -> None:
    await services.movies.load([ALIEN])
    response = await client.get(FIRST, headers={"if-none-match": names})
    assert response.status_code == 200
    assert response.json() == ALIEN_READ


async def test_the_tag_of_a_film_that_has_changed_is_another(client: Client, services: Services) -> None:
    await services.movies.load([ALIEN])
    tag = (await client.get(FIRST)).headers["etag"]
    await services.movies.edit(1, {"votes": 1})
    assert (await client.get(FIRST, headers={"if-none-match": tag})).status_code == 200


async def test_a_condition_that_is_none_is_refused(client: Client, services: Services) -> None:
    await services.movies.load([ALIEN])
    body = refusal(await client.get(FIRST, headers={"if-none-match": "no quotes"}), 400)
    assert body["errors"].keys() == {"If-None-Match"}


async def test_head_says_the_same_without_the_film(client: Client, services: Services) -> None:
    await services.movies.load([ALIEN])
    read, head = await client.get(FIRST), await client.head(FIRST)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == read.headers["etag"]
    assert head.headers["content-length"] == read.headers["content-length"]
    known: Headers = {"if-none-match": read.headers["etag"]}
    assert (await client.head(FIRST, headers=known)).status_code == 304
    assert (await client.head(f"{MOVIES}/2")).status_code == 404


NO_IDS = [
    "2", "0", "-1", "+1", "01", "1.0", "1e0", "1_0", "%201", "1%20", "1%0A", "%D9%A1", "%EF%BC%91", "one", "null",
    "NaN", "%00", "%FF", str(2**63 - 1), str(2**63), str(2**64 + 1), "1" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", NO_IDS, ids=lambda text: text[:20])
async def test_what_is_no_id_of_a_film_is_not_found(
    client: Client, services: Services, admin: Headers, text: str
) -> None:
    await services.movies.load([ALIEN])
    address = f"{MOVIES}/{text}"
    for response in (
        await client.get(address),
        # There is nothing that could match, so a condition is not asked about.
        await client.get(address, headers={"if-none-match": "*"}),
        await client.patch(address, json={"votes": 1}, headers=admin | {"if-match": '"other"'}),
        await client.delete(address, headers=admin | {"if-match": "*"}),
    ):
        body = refusal(response, 404)
        assert (body["message"], body["code"]) == ("Movie not found", "movie_not_found")
    assert (await client.get(FIRST)).json() == ALIEN_READ


async def test_other_methods_are_named(client: Client, admin: Headers) -> None:
    response = await client.put(FIRST, json={}, headers=admin)
    refusal(response, 405)
    allowed = {method.strip() for method in response.headers["allow"].split(",")}
    assert {"GET", "HEAD", "PATCH", "DELETE"} <= allowed

"""`PATCH /api/v1/movies/{id}`: the fields that are given change, and no others."""

import json
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from cinedex.services import Services
from films import ALIEN, HEAT
from movies.calls import FIRST, MOVIES, Client, Headers, noted, refusal

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def films(services: Services) -> None:
    """Puts Alien and Heat into the catalogue, and the genres that they have or may get."""
    await services.movies.load([ALIEN, HEAT])
    for title in ("Science Fiction", "Crime"):
        await services.movies.add_genre(title)


pytestmark = pytest.mark.usefixtures("films")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"name": " Alien:  The Director's Cut "}, {"name": "Alien: The Director's Cut"}),
        ({"name": "ALIEN"}, {"name": "ALIEN"}),
        ({"director": "H. R. Giger"}, {"director": "H. R. Giger"}),
        ({"director": None}, {"director": None}),
        ({"imdb_score": 8}, {"imdb_score": 8.0}),
        ({"imdb_score": None}, {"imdb_score": None}),
        ({"popularity": 99.5}, {"popularity": 99.5}),
        ({"year": 1980, "votes": 0}, {"year": 1980, "votes": 0}),
        ({"year": None, "votes": None}, {"year": None, "votes": None}),
        ({"genre": "science-fiction"}, {"genres": [{"title": "Science Fiction"}]}),
        ({"genres": ["Crime", " horror"]}, {"genres": [{"title": "Crime"}, {"title": "Horror"}]}),
        ({"genre": "Crime", "genres": ["Horror"]}, {"genres": [{"title": "Crime"}, {"title": "Horror"}]}),
        ({"genre": None}, {"genres": []}),
        ({"genres": None}, {"genres": []}),
        ({"genres": []}, {"genres": []}),
        ({"cast": ["Sigourney Weaver", " Ian  Holm"]}, {"cast": ["Sigourney Weaver", "Ian Holm"]}),
        ({"votes": 1, "no such field": 1}, {"votes": 1}),
    ],
)
async def test_what_is_given_changes_and_nothing_else(
    client: Client, services: Services, admin: Headers, sent: dict[str, Any], shown: dict[str, Any]
) -> None:
    before = await client.get(FIRST)
    response = await client.patch(FIRST, json=sent, headers=admin)
    assert response.status_code == 200, response.text
    assert response.json() == before.json() | shown
    assert response.headers["etag"] != before.headers["etag"]
    after = await client.get(FIRST)
    assert (after.json(), after.headers["etag"]) == (response.json(), response.headers["etag"])
    assert await noted(services.database) == [1, 2, 1]
    assert await services.movies.documents([2]) == [await services.movies.get(2)]
    assert (await services.movies.get(2)).name == "Heat"


async def test_the_cast_is_replaced_as_a_whole(client: Client, services: Services, admin: Headers) -> None:
    second = f"{MOVIES}/2"
    for cast, stored in [
        (["Robert De Niro", " ", "Al  Pacino"], ("Robert De Niro", "Al Pacino")),
        (["Val Kilmer"], ("Val Kilmer",)),
        (None, ()),
    ]:
        response = await client.patch(second, json={"cast": cast}, headers=admin)
        assert response.status_code == 200, response.text
        movie = await services.movies.get(2)
        assert movie.cast == stored
        assert (movie.name, movie.director, movie.votes) == (HEAT.name, HEAT.director, HEAT.votes)
    await client.patch(second, json={"cast": ["Al Pacino"]}, headers=admin)
    await client.patch(second, json={"votes": 1}, headers=admin)
    assert (await services.movies.get(2)).cast == ("Al Pacino",)


async def test_json_under_the_name_of_a_merge_patch(client: Client, admin: Headers) -> None:
    headers = admin | {"content-type": "application/merge-patch+json"}
    response = await client.patch(FIRST, content=b'{"director": null}', headers=headers)
    assert response.status_code == 200
    assert response.json()["director"] is None


async def test_a_form_changes_the_fields_that_are_not_blank(client: Client, admin: Headers) -> None:
    before = (await client.get(FIRST)).json()
    sent = [("name", ""), ("year", "1980"), ("director", ""), ("genre", "Crime"), ("genre", "Horror")]
    response = await client.patch(FIRST, content=urlencode(sent), headers=admin | FORM)
    assert response.status_code == 200, response.text
    genres = [{"title": "Crime"}, {"title": "Horror"}]
    assert response.json() == before | {"year": 1980, "genres": genres}
    response = await client.patch(FIRST, content="genres=", headers=admin | FORM)
    assert response.json() == before | {"year": 1980, "genres": []}


@pytest.mark.parametrize("sent", [{}, {"99popularity": 5}, {"id": 7, "title": "Alien"}])
async def test_what_changes_nothing_known_is_missing_data(
    client: Client, services: Services, admin: Headers, sent: dict[str, Any]
) -> None:
    for response in (
        await client.patch(FIRST, json=sent, headers=admin),
        await client.patch(FIRST, data=sent, headers=admin | FORM),
        await client.patch(FIRST, content="director=&year=", headers=admin | FORM),
    ):
        assert refusal(response, 400)["message"] == "Missing data"
    assert await noted(services.database) == [1, 2]


@pytest.mark.parametrize("name", [None, "", " \t"])
async def test_a_film_keeps_a_name(client: Client, admin: Headers, name: str | None) -> None:
    body = refusal(await client.patch(FIRST, json={"name": name, "votes": 1}, headers=admin), 400)
    assert (body["message"], body["errors"]) == ("Missing data", {"name": "missing"})
    assert (await client.get(FIRST)).json()["votes"] == ALIEN.votes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 1979),
        ("name", "x" * 501),
        ("name", "Al\x00ien"),
        ("director", ""),
        ("director", "x" * 201),
        ("imdb_score", 10.1),
        ("imdb_score", "8.5"),
        ("popularity", -1),
        ("year", 1869),
        ("year", 1979.5),
        ("votes", 2**31),
        ("genre", ["x" * 101]),
        ("genre", ["Horror"] * 31),
        ("genres", 7),
        ("cast", "Sigourney Weaver"),
        ("cast", ["x" * 201]),
        ("cast", ["Sigourney Weaver"] * 101),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    client: Client, services: Services, admin: Headers, field: str, value: object
) -> None:
    before = await client.get(FIRST)
    body = refusal(await client.patch(FIRST, json={"votes": 1, field: value}, headers=admin), 400)
    assert [name.partition("[")[0] for name in body["errors"]] == [field]
    after = await client.get(FIRST)
    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])
    assert await noted(services.database) == [1, 2]


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b"year=x", "application/x-www-form-urlencoded", 400),
        (b"year=1979&year=1980", "application/x-www-form-urlencoded", 400),
        (b'{"name": "' + b"x" * 100_000, "application/json", 413),
        (b"<movie/>", "application/xml", 415),
    ],
)
async def test_what_is_no_body(
    client: Client, admin: Headers, content: bytes, content_type: str, status: int
) -> None:
    headers = admin | {"content-type": content_type}
    refusal(await client.patch(FIRST, content=content, headers=headers), status)


async def test_an_unknown_genre_is_not_found(client: Client, services: Services, admin: Headers) -> None:
    body = refusal(await client.patch(FIRST, json={"genre": ["Horror", "Western"]}, headers=admin), 404)
    assert (body["message"], body["code"]) == ("Genre not found", "genre_not_found")
    assert body["errors"] == {"genre": "unknown: Western"}
    assert await noted(services.database) == [1, 2]


async def test_another_film_cannot_be_made_of_it(client: Client, services: Services, admin: Headers) -> None:
    heat = {"name": "HEAT!", "director": "Michael  Mann", "year": 1995}
    body = refusal(await client.patch(FIRST, json=heat, headers=admin), 409)
    assert (body["message"], body["code"]) == ("Movie already exists", "movie_exists")
    assert (await client.get(FIRST)).json()["name"] == "Alien"
    assert await noted(services.database) == [1, 2]
    # Two of the three may be the same: then it is another film.
    response = await client.patch(FIRST, json=heat | {"year": 1986}, headers=admin)
    assert response.status_code == 200


async def test_a_name_that_was_given_up_is_free(client: Client, admin: Headers) -> None:
    alien = {"name": "Alien", "director": "Ridley Scott", "year": 1979}
    assert (await client.patch(FIRST, json={"year": 2003}, headers=admin)).status_code == 200
    assert (await client.patch(f"{MOVIES}/2", json=alien, headers=admin)).status_code == 200
    refusal(await client.patch(FIRST, json={"year": 1979}, headers=admin), 409)


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer not.a.token"}])
async def test_without_a_good_token_nothing_is_changed(
    client: Client, services: Services, headers: Headers
) -> None:
    for content in (json.dumps({"votes": 1}).encode(), b"{"):
        response = await client.patch(FIRST, content=content, headers=headers)
        refusal(response, 401)
        assert response.headers["www-authenticate"] == "Bearer"
    assert await noted(services.database) == [1, 2]


async def test_only_admins_change_a_film(client: Client, services: Services, visitor: Headers) -> None:
    for content in (json.dumps({"votes": 1}).encode(), b"{"):
        refusal(await client.patch(FIRST, content=content, headers=visitor), 403)
    assert await noted(services.database) == [1, 2]


async def test_the_number_of_statements_does_not_grow_with_the_genres(
    client: Client, admin: Headers, statements: list[str], database_kind: str
) -> None:
    # The session is of the beginning of the run: that it is used is noted, where a minute has passed.
    await client.get("/api/v1/me", headers=admin)
    counts = []
    # That a session is used is noted once a minute, which this may be the moment for.
    await client.get("/api/v1/me", headers=admin)
    for titles in (["Crime"], ["Crime", "Horror", "Science Fiction"]):
        statements.clear()
        assert (await client.patch(FIRST, json={"genres": titles}, headers=admin)).status_code == 200
        counts.append(len(statements))
    # BEGIN and who is asking; BEGIN, the film and its genres, the new ones, is it there, the film, its links
    # away and anew, the outbox, the audit log. On PostgreSQL as when one is added.
    assert counts == [{"sqlite": 12, "postgres": 13}[database_kind]] * 2


async def test_a_name_of_before_that_shows_as_something_else_stays_until_the_film_is_changed(
    client: Client, services: Services, admin: Headers
) -> None:
    stored = msgspec.structs.replace(HEAT, name="\u202etaeH", year=1996)
    await services.movies.load([stored])
    address = f"{MOVIES}/3"
    assert (await client.get(address)).json()["name"] == stored.name
    refused = refusal(await client.patch(address, json={"votes": 1}, headers=admin), 400)
    assert refused["errors"] == {"name": "characters that turn the direction of text"}
    mended = await client.patch(address, json={"votes": 1, "name": "Heat"}, headers=admin)
    assert (mended.status_code, mended.json()["name"]) == (200, "Heat")

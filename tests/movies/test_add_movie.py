"""`POST /api/v1/add_movie`, row by row of the contract."""

from typing import Any

import pytest

from cinedex.services import Services
from movies.calls import ADD, WIZARD, Client, Headers, refusal


async def add_genres(services: Services, *titles: str) -> None:
    for title in titles:
        await services.movies.add_genre(title)


async def test_a_movie_with_all_its_parts_is_answered_and_stored(
    client: Client, services: Services, admin: Headers
) -> None:
    await add_genres(services, "Adventure", "Family", "Fantasy", "Musical")
    sent = {
        "name": "The Wizard of Oz",
        "director": "Victor Fleming",
        "imdb_score": 8.3,
        "popularity": 83,
        "genre": ["Adventure", " Family", " Fantasy", " Musical"],
        "year": 1939,
        "votes": 102795,
        "cast": ["Judy Garland", "Ray Bolger"],
    }
    response = await client.post(ADD, json=sent, headers=admin)
    assert response.status_code == 201
    added = response.json()
    assert added["message"] == "Movie added successfully"
    assert added["movie"] == {
        "id": 1,
        "name": "The Wizard of Oz",
        "director": "Victor Fleming",
        "imdb_score": 8.3,
        "popularity": 83.0,
        "genres": [{"title": "Adventure"}, {"title": "Family"}, {"title": "Fantasy"}, {"title": "Musical"}],
        "year": 1939,
        "votes": 102795,
        "cast": ["Judy Garland", "Ray Bolger"],
    }
    [stored] = await services.movies.documents([1])
    assert stored.cast == ("Judy Garland", "Ray Bolger")
    assert stored.genres == ("Adventure", "Family", "Fantasy", "Musical")


async def test_a_form_says_the_same_as_json(client: Client, services: Services, admin: Headers) -> None:
    await add_genres(services, "Adventure", "Family")
    sent = {
        "name": " The  Wizard of Oz ",
        "director": "Victor Fleming",
        "imdb_score": "8.3",
        "99popularity": "83.0",
        "genre": ["Adventure", " Family"],
        "year": "1939",
        "votes": "",
        "popularity": "",
        "cast": ["Judy Garland", " ", " Ray  Bolger"],
    }
    response = await client.post(ADD, data=sent, headers=admin)
    assert response.status_code == 201, response.text
    assert response.json()["movie"] == {
        "id": 1,
        "name": "The Wizard of Oz",
        "director": "Victor Fleming",
        "imdb_score": 8.3,
        "popularity": 83.0,
        "genres": [{"title": "Adventure"}, {"title": "Family"}],
        "year": 1939,
        "votes": None,
        "cast": ["Judy Garland", "Ray Bolger"],
    }


async def test_what_nobody_knows_is_null_or_empty_and_present(client: Client, admin: Headers) -> None:
    response = await client.post(ADD, json=WIZARD, headers=admin)
    movie = response.json()["movie"]
    unknown: dict[str, Any] = {"popularity": None, "genres": [], "year": None, "votes": None, "cast": []}
    assert movie == {"id": 1, **WIZARD, **unknown}
    assert [*movie][-1] == "cast"


@pytest.mark.parametrize(
    "extra", [{"99popularity": 83.0}, {"popularity": 83.0}, {"popularity": 83.0, "99popularity": 1}]
)
async def test_popularity_has_an_older_name(client: Client, admin: Headers, extra: dict[str, float]) -> None:
    response = await client.post(ADD, json=WIZARD | extra, headers=admin)
    assert response.json()["movie"]["popularity"] == 83.0


@pytest.mark.parametrize(
    "given",
    [
        {"genre": "Family"},
        {"genres": "Family"},
        {"genres": ["family", " FAMILY "]},
        {"genre": ["", "Family"]},
    ],
)
async def test_genres_are_shown_as_the_catalogue_spells_them(
    client: Client, services: Services, admin: Headers, given: dict[str, Any]
) -> None:
    await add_genres(services, "Family")
    response = await client.post(ADD, json=WIZARD | given, headers=admin)
    assert response.status_code == 201, response.text
    assert response.json()["movie"]["genres"] == [{"title": "Family"}]
    [stored] = await services.movies.documents([1])
    assert stored.genres == ("Family",)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer "},
        {"authorization": "Bearer not.a.token"},
        {"authorization": "Basic aWRh"},
    ],
)
async def test_without_a_good_token_nothing_is_added(
    client: Client, services: Services, headers: Headers
) -> None:
    response = await client.post(ADD, json=WIZARD, headers=headers)
    refusal(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"
    assert await services.movies.count() == 0


async def test_a_visitor_is_answered_401_as_ever(
    client: Client, services: Services, visitor: Headers
) -> None:
    refusal(await client.post(ADD, json=WIZARD, headers=visitor), 401)
    assert await services.movies.count() == 0


async def test_who_asks_is_checked_before_what_they_send(client: Client, visitor: Headers) -> None:
    for headers in ({}, visitor):
        refusal(await client.post(ADD, content=b"{", headers=headers), 401)


@pytest.mark.parametrize("sent", [{}, {"name": None}, {"name": ""}, {"name": " \t "}])
async def test_missing_name(client: Client, services: Services, admin: Headers, sent: dict[str, Any]) -> None:
    await check_missing(client, admin, "name", sent)
    assert await services.movies.count() == 0


@pytest.mark.parametrize("sent", [{}, {"director": None}, {"director": ""}, {"director": " \n"}])
async def test_missing_director(
    client: Client, services: Services, admin: Headers, sent: dict[str, Any]
) -> None:
    await check_missing(client, admin, "director", sent)
    assert await services.movies.count() == 0


@pytest.mark.parametrize("sent", [{}, {"imdb_score": None}])
async def test_missing_score(
    client: Client, services: Services, admin: Headers, sent: dict[str, Any]
) -> None:
    await check_missing(client, admin, "imdb_score", sent)
    assert await services.movies.count() == 0


async def check_missing(client: Client, admin: Headers, field: str, sent: dict[str, Any]) -> None:
    """Check that `sent`, with all that it does not name but `field`, lacks `field`: as JSON and as a form."""
    whole = {name: value for name, value in WIZARD.items() if name != field} | sent
    for response in (
        await client.post(ADD, json=whole, headers=admin),
        # httpx sends None as the blank that a form has for it.
        await client.post(ADD, data=whole, headers=admin),
    ):
        body = refusal(response, 400)
        assert body["message"] == "Missing data"
        assert body["errors"] == {field: "missing"}


async def test_the_same_movie_is_a_conflict_however_it_is_spelt(
    client: Client, services: Services, admin: Headers
) -> None:
    amelie = {"name": "Le Fabuleux destin d'Amélie Poulain", "director": "Jean-Pierre Jeunet", "year": 2001}
    respelt = {"name": "LE FABULEUX DESTIN D’AMELIE POULAIN", "director": "Jean Pierre Jeunet", "year": 2001}
    assert (await client.post(ADD, json=amelie | {"imdb_score": 8.5}, headers=admin)).status_code == 201
    body = refusal(await client.post(ADD, json=respelt | {"imdb_score": 2}, headers=admin), 409)
    assert body["message"] == "Movie already exists"
    assert await services.movies.count() == 1


async def test_a_remake_is_another_movie(client: Client, admin: Headers) -> None:
    war = {"name": "The Man Who Knew Too Much", "director": "Alfred Hitchcock", "imdb_score": 7.5}
    for year in (1934, 1956):
        response = await client.post(ADD, json=war | {"year": year}, headers=admin)
        assert response.status_code == 201
        assert response.json()["movie"]["year"] == year


async def test_an_unknown_genre_is_not_found(client: Client, services: Services, admin: Headers) -> None:
    await add_genres(services, "Family")
    sent = WIZARD | {"genre": ["Family", "Fantasy"]}
    body = refusal(await client.post(ADD, json=sent, headers=admin), 404)
    assert body["message"] == "Genre not found"
    assert body["errors"] == {"genre": "unknown: Fantasy"}
    assert await services.movies.count() == 0


async def test_the_number_of_statements_does_not_grow_with_the_genres(
    client: Client, services: Services, admin: Headers, statements: list[str], database_kind: str
) -> None:
    titles = ["Action", "Adventure", "Animation", "Comedy", "Crime", "Drama", "Family", "Fantasy", "Horror"]
    await add_genres(services, *titles)
    # The session is of the beginning of the run: that it is used is noted, where a minute has passed.
    await client.get("/api/v1/me", headers=admin)
    counts = []
    for number, name, director in [
        (1, "Alien", "Ridley Scott"),
        (2, "Aliens", "James Cameron"),
        (9, "Up", "Pete Docter"),
    ]:
        sent = {"name": name, "director": director, "imdb_score": 8.2, "genre": titles[:number]}
        statements.clear()
        response = await client.post(ADD, json=sent, headers=admin)
        assert response.status_code == 201
        counts.append(len(statements))
    # BEGIN and who is asking; BEGIN, is it there, its genres, the movie, its id, their links, the outbox, the audit log. On
    # PostgreSQL the turn instead of a BEGIN, once more with the outbox, and the message.
    assert counts == [{"sqlite": 10, "postgres": 11}[database_kind]] * 3

"""`/api/v1/genres`."""

import pytest
from httpx import AsyncClient

Client = AsyncClient
Headers = dict[str, str]
GENRES = "/api/v1/genres"


async def test_a_new_catalogue_has_no_genres(client: Client) -> None:
    response = await client.get(GENRES)
    assert response.status_code == 200
    assert response.json() == {"genres": []}


async def test_head_answers_as_get(client: Client) -> None:
    whole, head = await client.get(GENRES), await client.head(GENRES)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


async def test_genres_are_added_trimmed_and_listed_by_title(client: Client, admin: Headers) -> None:
    for sent, title in [({"title": " Fantasy"}, "Fantasy"), ({"title": "Drama"}, "Drama")]:
        response = await client.post(GENRES, json=sent, headers=admin)
        assert response.status_code == 201
        assert response.json() == {"message": "Genre added successfully", "genre": {"title": title}}
    response = await client.post(GENRES, data={"title": "Film noir"}, headers=admin)
    assert response.status_code == 201
    assert (await client.get(GENRES)).json() == {
        "genres": [{"title": "Drama"}, {"title": "Fantasy"}, {"title": "Film noir"}]
    }


async def test_a_genre_is_there_once_however_it_is_spelt(client: Client, admin: Headers) -> None:
    assert (await client.post(GENRES, json={"title": "Film noir"}, headers=admin)).status_code == 201
    response = await client.post(GENRES, json={"title": "FILM-NOIR"}, headers=admin)
    assert response.status_code == 409
    assert response.json()["message"] == "Genre already exists"


@pytest.mark.parametrize("sent", [{}, {"title": None}, {"title": "  "}, {"title": 3}, {"title": "x" * 101}])
async def test_a_genre_needs_a_title(client: Client, admin: Headers, sent: dict[str, object]) -> None:
    response = await client.post(GENRES, json=sent, headers=admin)
    assert response.status_code == 400
    assert response.json()["errors"].keys() == {"title" if sent.get("title") in (None, 3) else "genre"}


async def test_no_genre_shows_as_something_else_than_it_is(client: Client, admin: Headers) -> None:
    response = await client.post(GENRES, json={"title": "Film \u202erion"}, headers=admin)
    assert response.status_code == 400
    assert response.json()["errors"] == {"genre": "characters that turn the direction of text"}


async def test_only_admins_add_genres(client: Client, visitor: Headers) -> None:
    assert (await client.post(GENRES, content=b"{", headers={})).status_code == 401
    assert (await client.post(GENRES, content=b"{", headers=visitor)).status_code == 403
    assert (await client.get(GENRES)).json() == {"genres": []}

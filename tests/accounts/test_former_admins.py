"""The token of somebody who is an admin no more: refused at once, by every worker, whatever it was good for."""

from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient, Response

Headers = dict[str, str]
End = Callable[[AsyncClient, Headers], Awaitable[Response]]

USERS, ANN = "/api/v1/users", "/api/v1/users/2"
PASSWORD = "correct horse"
FILM = {"name": "Parasite", "director": "Bong Joon Ho", "imdb_score": 8.5, "year": 2019}


async def demote(client: AsyncClient, root: Headers) -> Response:
    return await client.patch(ANN, json={"role": "user"}, headers=root)


async def disable(client: AsyncClient, root: Headers) -> Response:
    return await client.patch(ANN, json={"disabled": True}, headers=root)


async def delete(client: AsyncClient, root: Headers) -> Response:
    return await client.delete(ANN, headers=root)


async def set_password(client: AsyncClient, root: Headers) -> Response:
    return await client.post(f"{ANN}/password", json={"password": "staple of batteries"}, headers=root)


@pytest.fixture
async def ann(client: AsyncClient, admin: Headers) -> Headers:
    """The headers of a second admin, whose id is 2."""
    given = {"username": "ann", "password": PASSWORD}
    made = await client.post("/api/v1/register", json=given | {"is_admin": True}, headers=admin)
    assert made.status_code == 201
    tokens = (await client.post("/api/v1/login", json=given)).json()
    return {"authorization": f"Bearer {tokens['token']}"}


async def try_all(worker: AsyncClient, headers: Headers) -> list[int]:
    """What is answered to all that only admins and editors may do."""
    another = {"username": "mallory", "password": PASSWORD, "is_admin": True}
    answers = [
        await worker.get(USERS, headers=headers),
        await worker.patch(f"{USERS}/1", json={"role": "user"}, headers=headers),
        await worker.post(f"{USERS}/1/password", json={"password": "staple of batteries"}, headers=headers),
        await worker.delete(f"{USERS}/1", headers=headers),
        await worker.get("/api/v1/audit", headers=headers),
        await worker.post("/api/v1/register", json=another, headers=headers),
        await worker.post("/api/v1/add_movie", json=FILM, headers=headers),
        await worker.post("/api/v1/genres", json={"title": "Thriller"}, headers=headers),
    ]
    return [answer.status_code for answer in answers]


@pytest.mark.parametrize("end", [demote, disable, delete, set_password])
async def test_nothing_is_left_of_it(
    client: AsyncClient, other_worker: AsyncClient, admin: Headers, ann: Headers, end: End
) -> None:
    for worker in (client, other_worker):
        assert (await worker.get(USERS, headers=ann)).status_code == 200
    key = (
        await client.post(
            "/api/v1/keys",
            headers=ann,
            json={"name": "ci", "scopes": ["write", "admin"], "password": PASSWORD},
        )
    ).json()["key"]
    assert (await end(client, admin)).is_success
    for worker in (other_worker, client):
        assert set(await try_all(worker, ann)) <= {401, 403}
        if end is not set_password:
            assert set(await try_all(worker, {"x-api-key": key})) <= {401, 403}
    users = (await client.get(USERS, headers=admin)).json()["users"]
    assert [(user["username"], user["role"]) for user in users if user["username"] != "ann"] == [
        ("root", "admin")
    ]
    assert (await client.get("/api/v1/audit?kind=film added", headers=admin)).json()["entries"] == []


async def test_a_second_admin_is_one_until_then(client: AsyncClient, ann: Headers) -> None:
    """Else the test above would show nothing."""
    statuses = await try_all(client, ann)
    assert 401 not in statuses[:1]
    assert statuses[0] == 200
    assert statuses[-2:] == [201, 201]

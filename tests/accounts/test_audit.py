"""The audit log: who did what to which film or account, from where, and nothing that opens a door."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy.exc import DBAPIError

from cinedex.app import build_app, build_gate
from cinedex.movies.models import new_movie
from cinedex.movies.service import MovieAlreadyExists
from cinedex.services import Services

AUDIT = "/api/v1/audit"
PASSWORD = "correct horse"
CI: dict[str, Any] = {"name": "ci", "scopes": ["read"], "password": PASSWORD}
PARASITE = {"name": "Parasite", "director": "Bong Joon Ho", "imdb_score": 8.5, "year": 2019}

Headers = dict[str, str]
Read = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
async def client(services: Services) -> AsyncIterator[AsyncClient]:
    settings = msgspec.structs.replace(services.settings, trusted_proxies="127.0.0.1")
    app = build_app(services)
    gate = build_gate(app, settings)
    transport = ASGITransport(cast("Any", gate), raise_app_exceptions=False)
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
        opened.headers["x-forwarded-for"] = "192.0.2.1"
        yield opened


@pytest.fixture
def read(client: AsyncClient, admin: Headers) -> Read:
    """Reads entries, those that are wanted, the newest first."""

    async def entries(**wanted: object) -> list[dict[str, Any]]:
        answer = await client.get(AUDIT, headers=admin, params=cast("Any", wanted))
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["entries"]
        return found

    return entries


async def log_in(client: AsyncClient, username: str, password: str = PASSWORD) -> Headers:
    answer = await client.post("/api/v1/login", json={"username": username, "password": password})
    return {"authorization": f"Bearer {answer.json().get('token')}"}


async def test_what_is_done_to_a_film_is_told(client: AsyncClient, admin: Headers, read: Read) -> None:
    movie = (await client.post("/api/v1/add_movie", headers=admin, json=PARASITE)).json()["movie"]
    path = f"/api/v1/movies/{movie['id']}"
    await client.patch(path, headers=admin, json={"votes": 5})
    await client.patch(path, headers=admin, json={"votes": 5})
    await client.delete(path, headers=admin | {"x-forwarded-for": "198.51.100.7"})
    await client.delete(path, headers=admin)
    await client.post("/api/v1/genres", headers=admin, json={"title": "Thriller"})
    entries = await read(subject=f"film {movie['id']}")
    assert [entry["kind"] for entry in entries] == ["film deleted", "film changed", "film added"]
    assert [entry["detail"] for entry in entries] == ["Parasite", "votes", "Parasite"]
    assert [entry["address"] for entry in entries] == ["198.51.100.7", "192.0.2.1", "192.0.2.1"]
    assert {entry["actor"] for entry in entries} == {"root"}
    assert all(entry["by"].startswith("session ") for entry in entries)
    assert [entry["detail"] for entry in await read(kind="genre added")] == ["Thriller"]


async def test_what_is_done_about_accounts_is_told(
    client: AsyncClient, admin: Headers, services: Services, read: Read
) -> None:
    await client.post("/api/v1/register", json={"username": "tom", "password": PASSWORD})
    await log_in(client, "tom", "wrong horse")
    tom = await log_in(client, "tom")
    user = await services.people.named("tom")
    key = (await client.post("/api/v1/keys", headers=tom, json=CI)).json()
    await client.delete(f"/api/v1/keys/{key['about']['id']}", headers=tom)
    await client.patch("/api/v1/me", headers=tom, json={"username": "tim", "password": PASSWORD})
    change = {"current_password": PASSWORD, "new_password": "staple of batteries"}
    assert (await client.post("/api/v1/me/password", headers=tom, json=change)).status_code == 204
    await client.patch(f"/api/v1/users/{user.id}", headers=admin, json={"role": "editor"})
    await client.post("/api/v1/logout", headers=tom)
    await client.patch(f"/api/v1/users/{user.id}", headers=admin, json={"disabled": True})
    await client.post(f"/api/v1/users/{user.id}/password", headers=admin, json={"password": "another horse"})
    await client.delete(f"/api/v1/users/{user.id}", headers=admin)
    entries = await read(subject=f"account {user.id}")
    told = [(entry["kind"], entry["actor"]) for entry in reversed(entries)]
    assert told == [
        ("account made", ""),
        ("login failed", ""),
        ("logged in", "tom"),
        ("key made", "tom"),
        ("key revoked", "tom"),
        ("account renamed", "tom"),
        ("password changed", "tim"),
        ("account changed", "root"),
        ("logged out", "tim"),
        ("account changed", "root"),
        ("password set", "root"),
        ("account deleted", "root"),
    ]
    for secret in (PASSWORD, "wrong horse", "batteries", "another", key["key"], tom["authorization"][7:]):
        assert secret not in str(entries)


async def test_what_a_key_does_is_told_of_the_key(client: AsyncClient, admin: Headers, read: Read) -> None:
    made = (await client.post("/api/v1/keys", headers=admin, json=CI | {"scopes": ["write"]})).json()
    await client.post("/api/v1/add_movie", headers={"x-api-key": made["key"]}, json=PARASITE)
    [added] = await read(kind="film added")
    assert (added["actor"], added["by"]) == ("root", f"key {made['about']['id']}")


async def test_a_name_that_there_is_not_is_not_kept(client: AsyncClient, read: Read) -> None:
    await log_in(client, "my password by mistake")
    [failed] = await read(kind="login failed")
    assert (failed["subject"], failed["detail"], failed["actor"]) == ("", "", "")


async def test_what_fails_leaves_no_entry(services: Services, read: Read) -> None:
    alien = new_movie(name="Alien", director="Ridley Scott", year=1979)
    await services.movies.add(alien)
    with pytest.raises(MovieAlreadyExists):
        await services.movies.add(alien)
    assert len(await read(kind="film added")) == 1


async def test_a_batch_of_films_is_one_entry(services: Services, read: Read) -> None:
    films = [new_movie(name=name) for name in ("Alien", "Aliens", "Her")]
    await services.movies.load(films)
    await services.movies.load(films)
    await services.movies.load([new_movie(name="Heat")], "films.ndjson.gz")
    assert [entry["detail"] for entry in await read(kind="films loaded")] == [
        "1 added, films 4 to 4, from films.ndjson.gz",
        "3 added, films 1 to 3",
    ]


async def test_only_admins_read_it(client: AsyncClient, admin: Headers) -> None:
    await client.post("/api/v1/register", json={"username": "tom", "password": PASSWORD})
    assert (await client.get(AUDIT, headers=await log_in(client, "tom"))).status_code == 403
    assert (await client.get(AUDIT)).status_code == 401
    assert (await client.get(AUDIT, headers=admin)).headers["cache-control"] == "no-store"


async def test_pages_go_backwards_while_more_is_done(
    client: AsyncClient, admin: Headers, services: Services
) -> None:
    for name in "ABCDEFG":
        await services.movies.add(new_movie(name=name))
    seen, cursor = [], ""
    while True:
        asked = {"kind": "film added", "limit": "3", "cursor": cursor}
        page = (await client.get(AUDIT, headers=admin, params=asked)).json()
        seen += [entry["detail"] for entry in page["entries"]]
        await services.movies.add(new_movie(name=f"Later {len(seen)}"))
        if not (cursor := page["next_cursor"]):
            break
    assert seen == [*"GFEDCBA"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "cursor=x",
        "cursor=-1",
        "kind=" + "a" * 81,
        "actor=%00",
        "kind=x%1Fy",
        "subject=film%00",
    ],
)
async def test_what_cannot_be_asked_is_refused(client: AsyncClient, admin: Headers, query: str) -> None:
    assert (await client.get(f"{AUDIT}?{query}", headers=admin)).status_code == 400


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'eve'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_what_was_told(
    services: Services, read: Read, statement: str
) -> None:
    before = await read()
    assert before
    with pytest.raises(DBAPIError, match="append-only"):
        async with services.database.transaction() as connection:
            await connection.exec_driver_sql(statement)
    assert await read() == before

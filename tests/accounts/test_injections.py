"""Texts that would mean something to a database, a page, a log or a file system, in every field of every call."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from cinedex.accounts.tables import users
from cinedex.services import Services

PASSWORD = "correct horse"
TEXTS = [
    "' OR '1'='1",
    "'; UPDATE users SET role = 'admin'; --",
    '"; DROP TABLE users; --',
    "') UNION SELECT password_hash FROM users --",
    "%' OR username LIKE '%",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}%(user)s{0}",
    "a\r\nset-cookie: session=1\r\n\r\n<p>",
    "../../../../etc/passwd",
    '{"$gt": ""}',
]
# What each call needs beside the field that is tried, so that the text reaches the database.
GIVEN: dict[str, Any] = {
    "username": "toshiro",
    "password": PASSWORD,
    "current_password": "incorrect horse",
    "new_password": "staple of batteries",
    "refresh_token": "none",
    "name": "Ran",
    "director": "Akira Kurosawa",
    "imdb_score": 8.2,
    "title": "Jidaigeki",
    "scopes": ["read"],
}

Call = tuple[str, str, str, str]
"""A method, a path, where a field is ("query", "path" or "body"), and its name."""


def fields_of(document: dict[str, Any]) -> Iterator[Call]:
    """Yield each field of each call that takes any."""
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            for parameter in call.get("parameters", ()):
                if parameter["in"] in {"query", "path"}:
                    yield method, path, parameter["in"], parameter["name"]
            for name in (
                call.get("requestBody", {})
                .get("content", {})
                .get("application/json", {})
                .get("schema", {})
                .get("properties", ())
            ):
                yield method, path, "body", name


async def send(client: AsyncClient, call: Call, text: str, headers: dict[str, str]) -> Response:
    method, path, where, name = call
    body = GIVEN | ({name: text} if where == "body" else {})
    query = {name: text} if where == "query" else {}
    # A slash would be another address.
    shown = "".join(f"%{byte:02X}" for byte in text.encode()) if where == "path" else "999"
    return await client.request(
        method,
        path.replace("{id}", shown),
        params=query,
        json=None if method in {"get", "head"} else body,
        headers=headers,
    )


@pytest.mark.usefixtures("many_attempts")
@pytest.mark.parametrize("text", TEXTS)
async def test_no_field_is_more_than_a_text(
    client: AsyncClient, services: Services, admin: dict[str, str], text: str
) -> None:
    await services.rebuilder.rebuild()
    await services.accounts.register("alice", PASSWORD)
    document = (await client.get("/api/v1/openapi.json")).json()
    tried = set(fields_of(document))
    assert len(tried) > 50
    headers = admin | {"user-agent": text.replace("\r\n", " "), "x-request-id": text.replace("\r\n", " ")}
    for call in sorted(tried):
        answer = await send(client, call, text, headers)
        assert answer.status_code < 500, (call, answer.text)
        assert "set-cookie" not in answer.headers
        assert "$argon2id" not in answer.text
    async with services.database.reading() as connection:
        found = (await connection.execute(select(users.c.id, users.c.role).order_by(users.c.id))).all()
    # Registering has made some more.
    assert [role for _, role in found[:2]] == ["admin", "user"]
    assert {role for _, role in found[2:]} <= {"user"}
    given = {"username": "alice", "password": PASSWORD}
    assert (await client.post("/api/v1/login", json=given)).status_code == 200


@pytest.mark.parametrize("text", TEXTS)
async def test_a_name_is_kept_as_it_was_typed(client: AsyncClient, admin: dict[str, str], text: str) -> None:
    given = {"username": text, "password": PASSWORD}
    assert (await client.post("/api/v1/register", json=given)).status_code == 201
    assert (await client.post("/api/v1/login", json=given)).status_code == 200
    seen = (await client.get("/api/v1/users", headers=admin, params={"q": text})).json()["users"]
    assert [user["username"] for user in seen] == [" ".join(text.split())]
    film = {"name": text, "director": text, "imdb_score": 5}
    made = await client.post("/api/v1/add_movie", json=film, headers=admin)
    assert made.status_code == 201
    shown = (await client.get(f"/api/v1/movies/{made.json()['movie']['id']}")).json()
    assert shown["name"] == shown["director"] == " ".join(text.split())


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1//users",
        "//api/v1/users",
        "/api/v1/users/",
        "/api/v1/users//",
        "/API/V1/USERS",
        "/api/v1/%75sers",
        "/api/v1/users%2F",
        "/api/v1/users%00",
        "/api/v1/users;.css",
        "/api/v1/users.json",
        "/api/v1/movies/%2e%2e/users",
        "/api/v1/movies/..%2fusers",
        "/static/%2e%2e/api/v1/users",
        "/static/..%2f..%2fdata%2fsecret",
        "/health/live/%2e%2e/%2e%2e/api/v1/users",
    ],
)
async def test_no_spelling_of_an_address_gets_past_a_guard(
    client: AsyncClient, admin: dict[str, str], path: str
) -> None:
    for headers in ({}, {"x-original-url": "/api/v1/users", "x-rewrite-url": "/api/v1/users"}):
        answer = await client.get(path, headers=headers)
        assert answer.status_code in {400, 401, 404}, path
        assert "root" not in answer.text
    told = {"x-http-method-override": "GET", "x-method-override": "GET", "x-original-url": "/api/v1/users"}
    for headers in (told, admin | told):
        assert (await client.post("/api/v1/genres", headers=headers, json={})).status_code in {400, 401}

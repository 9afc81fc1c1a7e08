"""One's own account, over HTTP: seen, renamed, its password changed, deleted."""

import asyncio
import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cinedex.accounts.look_alikes import mixes_scripts
from cinedex.accounts.models import username_key
from cinedex.accounts.refusals import CredentialsRefused
from cinedex.accounts.tables import refresh_tokens, sessions, users
from cinedex.services import Services

Headers = dict[str, str]
Bearer = Callable[[str], Awaitable[Headers]]
LogIn = Callable[[str], Awaitable[dict[str, Any]]]

ME = "/api/v1/me"
PASSWORD = ME + "/password"
NEW = "staple of batteries"
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


async def log_in_with(client: AsyncClient, username: str, password: str) -> tuple[int, Headers]:
    answer = await client.post("/api/v1/login", json={"username": username, "password": password})
    return answer.status_code, {"authorization": f"Bearer {answer.json().get('token')}"}


async def test_the_account_is_shown(client: AsyncClient, admin: Headers, bearer: Bearer) -> None:
    alice = await bearer("Alice")
    answer = await client.get(ME, headers=alice)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "id": 2,
        "username": "Alice",
        "role": "user",
        "is_admin": False,
        "disabled": False,
        "created_at": "2030-01-01T12:00:00Z",
    }
    root = (await client.get(ME, headers=admin)).json()
    assert (root["role"], root["is_admin"]) == ("admin", True)
    assert (await client.head(ME, headers=alice)).status_code == 200
    allowed = (await client.options(ME)).headers["allow"]
    assert set(allowed.split(", ")) == {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"}


@pytest.mark.parametrize(("method", "path"), [("GET", ME), ("PATCH", ME), ("DELETE", ME), ("POST", PASSWORD)])
async def test_each_call_needs_a_token(client: AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path, json={})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


@pytest.mark.parametrize("name", ["Carol", " ALICE ", "Álice"])
async def test_a_name_is_changed_and_the_session_goes_on(
    client: AsyncClient, bearer: Bearer, name: str
) -> None:
    alice = await bearer("alice")
    answer = await client.patch(ME, data={"username": name, "password": "correct horse"}, headers=alice)
    assert (answer.status_code, answer.json()["username"]) == (200, name.strip())
    assert (await client.get(ME, headers=alice)).json() == answer.json()
    assert (await log_in_with(client, name, "correct horse"))[0] == 200
    assert (await log_in_with(client, "alice", "correct horse"))[0] == (401 if name == "Carol" else 200)


async def test_a_name_that_is_taken_stays_whose_it_is(client: AsyncClient, bearer: Bearer) -> None:
    alice, _ = await bearer("alice"), await bearer("Zoë")
    for spelling in ("zoe", "ZOË", "ｚｏｅ", "zo\u0308e\u0301"):
        answer = await client.patch(
            ME, json={"username": spelling, "password": "correct horse"}, headers=alice
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")
    assert (await client.get(ME, headers=alice)).json()["username"] == "alice"


async def test_of_many_who_take_one_name_at_once_one_gets_it(client: AsyncClient, bearer: Bearer) -> None:
    everybody = [await bearer(f"user {number}") for number in range(12)]
    answers = await asyncio.gather(
        *(
            client.patch(ME, json={"username": "Ozu", "password": "correct horse"}, headers=headers)
            for headers in everybody
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 11}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=70))
@example(name="ﷺ" * 64)
@example(name="\u2066tom")
async def test_any_name_is_taken_as_at_register_or_refused(
    client: AsyncClient, admin: Headers, name: str
) -> None:
    content = {"username": name, "password": "correct horse"}
    assume(name.encode("utf-8", "replace") == name.encode("utf-8", "ignore"))
    answer = await client.patch(ME, json=content, headers=admin)
    is_turned = any(unicodedata.bidirectional(character) in TURNING for character in name)
    is_name = username_key(name) and not mixes_scripts(name) and not is_turned
    assert answer.status_code == (200 if is_name else 400)
    if answer.status_code == 200:
        taken = await client.post("/api/v1/register", json={"username": name, "password": NEW})
        assert taken.status_code == 409


@pytest.mark.parametrize("kind", ["json", "data"])
async def test_nobody_gives_themselves_anything_else(client: AsyncClient, bearer: Bearer, kind: str) -> None:
    alice = await bearer("alice")
    before = (await client.get(ME, headers=alice)).json()
    wanted = {"id": 9, "role": "admin", "is_admin": True, "disabled": True, "created_at": 0}
    if kind == "data":
        wanted = {name: str(value).lower() for name, value in wanted.items()}
    given: dict[str, Any] = {kind: wanted | {"username": "Alice", "password": "correct horse"}}
    answer = await client.patch(ME, **given, headers=alice)
    assert answer.json() == before | {"username": "Alice"}
    given = {
        kind: wanted | {"username": "bob", "password": NEW, "is_admin": "false" if kind == "data" else False}
    }
    assert (await client.post("/api/v1/register", **given)).status_code == 201
    _, bob = await log_in_with(client, "bob", NEW)
    seen = (await client.get(ME, headers=bob)).json()
    assert (seen["id"], seen["role"], seen["disabled"]) == (2, "user", False)


async def test_a_password_is_changed_and_other_sessions_end(client: AsyncClient, bearer: Bearer) -> None:
    here = await bearer("alice")
    _, there = await log_in_with(client, "alice", "correct horse")
    given = {"current_password": "correct horse", "new_password": NEW}
    answer = await client.post(PASSWORD, json=given, headers=here)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get(ME, headers=here)).status_code == 200
    assert (await client.get(ME, headers=there)).status_code == 401
    assert (await log_in_with(client, "alice", "correct horse"))[0] == 401
    assert (await log_in_with(client, "alice", NEW))[0] == 200


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"current_password": "incorrect horse"}, (403, "wrong_password", [])),
        ({"current_password": ""}, (403, "wrong_password", [])),
        ({"current_password": "p" * 5000}, (403, "wrong_password", [])),
        ({"new_password": "seven77"}, (400, "invalid", ["new_password"])),
        ({"new_password": "p" * 129}, (400, "invalid", ["new_password"])),
        ({"new_password": "12345678"}, (400, "password_too_common", ["new_password"])),
        ({"new_password": "ALICE IN CITIES"}, (400, "password_too_common", ["new_password"])),
        ({"new_password": None}, (400, "invalid", ["new_password"])),
        ({"current_password": 7}, (400, "invalid", ["current_password"])),
    ],
)
async def test_a_password_stays_when_the_change_is_refused(
    client: AsyncClient, bearer: Bearer, change: dict[str, Any], outcome: tuple[int, str, list[str]]
) -> None:
    alice = await bearer("Alice in Cities")
    given = {"current_password": "correct horse", "new_password": NEW} | change
    answer = await client.post(PASSWORD, json=given, headers=alice)
    body = answer.json()
    assert (answer.status_code, body["code"], list(body.get("errors", []))) == outcome
    assert (await log_in_with(client, "alice in cities", "correct horse"))[0] == 200


async def test_of_many_changes_at_once_one_is_made(client: AsyncClient, bearer: Bearer) -> None:
    alice = await bearer("alice")
    wanted = [f"staple of batteries {number}" for number in range(8)]
    answers = await asyncio.gather(
        *(
            client.post(
                PASSWORD, json={"current_password": "correct horse", "new_password": new}, headers=alice
            )
            for new in wanted
        )
    )
    assert Counter(answer.status_code for answer in answers) == {204: 1, 403: 7}
    opened = [(await log_in_with(client, "alice", new))[0] for new in wanted]
    assert Counter(opened) == {200: 1, 401: 7}


async def test_a_login_that_was_checked_against_an_older_password_begins_no_session(
    client: AsyncClient, services: Services, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await bearer("alice")
    verify = services.accounts._passwords.verify  # noqa: SLF001 -- the moment between the check and the session

    async def verify_and_be_overtaken(password: str, hashed: str | None) -> bool:
        monkeypatch.undo()
        given = {"current_password": "correct horse", "new_password": NEW}
        assert (await client.post(PASSWORD, json=given, headers=alice)).status_code == 204
        return await verify(password, hashed)

    monkeypatch.setattr(services.accounts._passwords, "verify", verify_and_be_overtaken)  # noqa: SLF001
    with pytest.raises(CredentialsRefused):
        await services.accounts.login("alice", "correct horse")


async def test_an_account_is_deleted_with_all_that_is_its_own(
    client: AsyncClient, other_worker: AsyncClient, services: Services, log_in: LogIn
) -> None:
    tokens = await log_in("alice")
    alice = {"authorization": f"Bearer {tokens['token']}"}
    await log_in("bob")
    refused = await client.request("DELETE", ME, json={"password": "incorrect horse"}, headers=alice)
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
    missing = await client.request("DELETE", ME, json={}, headers=alice)
    assert (missing.status_code, missing.json()["errors"]) == (400, {"password": "missing"})
    answer = await client.request("DELETE", ME, json={"password": "correct horse"}, headers=alice)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await other_worker.get(ME, headers=alice)).status_code == 401
    renewal = await client.post("/api/v1/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert renewal.status_code == 401
    assert (await log_in_with(client, "alice", "correct horse"))[0] == 401
    async with services.database.reading() as connection:
        for table in (users, sessions, refresh_tokens):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 1


async def test_a_name_is_free_again_and_its_old_token_is_not_the_new_owners(
    client: AsyncClient, bearer: Bearer
) -> None:
    old = await bearer("alice")
    await client.request("DELETE", ME, json={"password": "correct horse"}, headers=old)
    new = await bearer("alice")
    assert (await client.get(ME, headers=old)).status_code == 401
    assert (await client.get(ME, headers=new)).json()["id"] == 2

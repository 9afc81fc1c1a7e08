"""Accounts as admins see and change them, over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.accounts.models import username_key
from cinedex.accounts.refusals import MayNot
from cinedex.services import Services

Headers = dict[str, str]
Bearer = Callable[[str], Awaitable[Headers]]
LogIn = Callable[[str], Awaitable[dict[str, Any]]]

Call = tuple[str, str, Any]

USERS = "/api/v1/users"
PASSWORD, NEW = "correct horse", "staple of batteries"


async def log_in_status(client: AsyncClient, username: str, password: str) -> int:
    given = {"username": username, "password": password}
    return (await client.post("/api/v1/login", json=given)).status_code


async def names(client: AsyncClient, admin: Headers, **query: Any) -> tuple[list[str], str | None]:
    answer = await client.get(USERS, params=query, headers=admin)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    return [user["username"] for user in body["users"]], body["next_cursor"]


CALLS: list[Call] = [
    ("GET", USERS, None),
    ("GET", f"{USERS}/1", None),
    ("PATCH", f"{USERS}/1", {"role": "user"}),
    ("DELETE", f"{USERS}/1", None),
    ("POST", f"{USERS}/1/password", {"password": NEW}),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("role", ["nobody", "user", "editor"])
async def test_all_calls_are_for_admins(
    client: AsyncClient, admin: Headers, bearer: Bearer, role: str, call: Call
) -> None:
    method, path, body = call
    headers: Headers = {}
    if role != "nobody":
        headers = await bearer("alice")
        assert (await client.patch(f"{USERS}/2", json={"role": role}, headers=admin)).status_code == 200
    answer = await client.request(method, path, json=body, headers=headers)
    refusal = (401, "token_missing") if role == "nobody" else (403, "not_admin")
    assert (answer.status_code, answer.json()["code"]) == refusal
    assert (await client.get(f"{USERS}/1", headers=admin)).json()["role"] == "admin"


async def test_accounts_are_listed_page_by_page(client: AsyncClient, admin: Headers, bearer: Bearer) -> None:
    made = ["root", *(f"user {number}" for number in range(6))]
    for name in made[1:]:
        await bearer(name)
    assert await names(client, admin) == (made, None)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page, cursor = await names(client, admin, limit=3, cursor=cursor)
        assert len(page) <= 3
        seen += page
    assert seen == made
    assert await names(client, admin, limit=7) == (made, None)


async def test_accounts_are_found_by_the_beginning_of_a_name(
    client: AsyncClient, admin: Headers, bearer: Bearer
) -> None:
    for name in ("Zoë", "zoe kazan", "Zorro", "100% Wolf", "under_score", "underXscore"):
        await bearer(name)
    for q, found in {
        "ZO": ["Zoë", "zoe kazan", "Zorro"],
        "zoë": ["Zoë", "zoe kazan"],
        "ｚｏｅ": ["Zoë", "zoe kazan"],
        "oe": [],
        "%": [],
        "_": [],
        "100": ["100% Wolf"],
        "under_": ["under_score", "underXscore"],
        "under s": ["under_score"],
        "\x00": [],
        "z" * 65: [],
    }.items():
        assert await names(client, admin, q=q) == (found, None), q


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"cursor": "x"},
        {"cursor": "-1"},
        {"cursor": "9" * 19},
    ],
)
async def test_a_list_is_bounded(client: AsyncClient, admin: Headers, query: dict[str, Any]) -> None:
    answer = await client.get(USERS, params=query, headers=admin)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(query)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=80))
async def test_any_text_finds_the_names_that_begin_so(client: AsyncClient, admin: Headers, q: str) -> None:
    found = await names(client, admin, q=q)
    key = username_key(q)
    is_found = not q.strip() or (key and "root".startswith(key))
    assert found == (["root"] if is_found else [], None)


@pytest.mark.parametrize("user_id", ["0", "-1", "x", "01", "9" * 18, "9" * 30, "1.0", "%20", "１"])
@pytest.mark.parametrize("call", CALLS[1:])
async def test_what_is_no_account_is_not_found(
    client: AsyncClient, admin: Headers, user_id: str, call: Call
) -> None:
    method, path, body = call
    path = path.replace("users/1", f"users/{user_id}")
    answer = await client.request(method, path, json=body, headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")


async def test_an_account_is_read(client: AsyncClient, admin: Headers, bearer: Bearer) -> None:
    alice = await bearer("alice")
    seen = await client.get(f"{USERS}/2", headers=admin)
    assert seen.json() == (await client.get("/api/v1/me", headers=alice)).json()
    allowed = (await client.options(f"{USERS}/2")).headers["allow"]
    assert set(allowed.split(", ")) == {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"}


async def test_a_role_is_given_and_taken_at_once(client: AsyncClient, admin: Headers, bearer: Bearer) -> None:
    alice = await bearer("alice")
    for role, may_list in (("admin", 200), ("editor", 403), ("user", 403), ("admin", 200)):
        answer = await client.patch(f"{USERS}/2", json={"role": role}, headers=admin)
        assert (answer.status_code, answer.json()["role"]) == (200, role)
        assert answer.json()["is_admin"] is (role == "admin")
        assert (await client.get(USERS, headers=alice)).status_code == may_list


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "owner"}, "role"),
        ({"role": "Admin"}, "role"),
        ({"role": 1}, "role"),
        ({"disabled": "true"}, "disabled"),
        ({"disabled": 1}, "disabled"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_by_name(
    client: AsyncClient, admin: Headers, body: dict[str, Any], field: str
) -> None:
    answer = await client.patch(f"{USERS}/1", json=body, headers=admin)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


async def test_other_fields_change_nothing(client: AsyncClient, admin: Headers, bearer: Bearer) -> None:
    await bearer("alice")
    before = (await client.get(f"{USERS}/2", headers=admin)).json()
    body = {"id": 9, "username": "mallory", "is_admin": True, "password": NEW, "created_at": 0, "role": None}
    answer = await client.patch(f"{USERS}/2", json=body, headers=admin)
    assert (answer.status_code, answer.json()) == (200, before)
    assert await log_in_status(client, "alice", PASSWORD) == 200


async def test_a_disabled_account_is_out_at_once_and_told_nothing(
    client: AsyncClient, other_worker: AsyncClient, admin: Headers, log_in: LogIn
) -> None:
    tokens = await log_in("alice")
    alice = {"authorization": f"Bearer {tokens['token']}"}
    answer = await client.patch(f"{USERS}/2", data={"disabled": "true"}, headers=admin)
    assert (answer.status_code, answer.json()["disabled"]) == (200, True)
    assert (await other_worker.get("/api/v1/me", headers=alice)).status_code == 401
    renewal = {"refresh_token": tokens["refresh_token"]}
    assert (await other_worker.post("/api/v1/refresh", json=renewal)).status_code == 401
    told = [
        (await client.post("/api/v1/login", json={"username": name, "password": password})).json()
        for name, password in (("alice", "correct horse"), ("alice", "incorrect horse"), ("bob", "x"))
    ]
    assert [{**one, "request_id": ""} for one in told] == [{**told[0], "request_id": ""}] * 3
    assert told[0]["message"] == "Invalid username or password."

    await client.patch(f"{USERS}/2", json={"role": "editor"}, headers=admin)
    assert await log_in_status(client, "alice", PASSWORD) == 401
    await client.patch(f"{USERS}/2", json={"disabled": False}, headers=admin)
    assert await log_in_status(client, "alice", PASSWORD) == 200
    assert (await other_worker.get("/api/v1/me", headers=alice)).status_code == 401, "it had ended"


async def test_a_password_is_set_for_somebody(client: AsyncClient, admin: Headers, bearer: Bearer) -> None:
    alice = await bearer("alice")
    answer = await client.post(f"{USERS}/2/password", json={"password": NEW}, headers=admin)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get("/api/v1/me", headers=alice)).status_code == 401
    assert await log_in_status(client, "alice", PASSWORD) == 401
    assert await log_in_status(client, "alice", NEW) == 200
    assert (await client.get("/api/v1/me", headers=admin)).status_code == 200
    for password in ("seven77", "12345678", "ALICE", ""):
        refused = await client.post(f"{USERS}/2/password", json={"password": password}, headers=admin)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["password"])


async def test_an_account_is_deleted_and_its_id_never_used_again(
    client: AsyncClient, admin: Headers, bearer: Bearer
) -> None:
    alice = await bearer("alice")
    assert (await client.delete(f"{USERS}/2", headers=admin)).status_code == 204
    assert (await client.get("/api/v1/me", headers=alice)).status_code == 401
    assert (await client.delete(f"{USERS}/2", headers=admin)).status_code == 404
    await bearer("alice")
    assert (await client.get(f"{USERS}/3", headers=admin)).json()["username"] == "alice"


async def test_an_admin_who_is_one_no_more_when_the_change_is_written_changes_nothing(
    services: Services, client: AsyncClient, admin: Headers, bearer: Bearer
) -> None:
    await bearer("alice")
    alice = await services.people.change(2, role="admin")
    await services.people.change(2, role="user", actor=None)
    for call in (
        services.people.change(1, role="user", actor=alice),
        services.people.set_password(1, NEW, actor=alice),
        services.people.delete(1, actor=alice),
    ):
        with pytest.raises(MayNot):
            await call
    assert (await client.get("/api/v1/me", headers=admin)).json()["role"] == "admin"

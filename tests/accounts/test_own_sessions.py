"""From where one is logged in, over HTTP: the list, ending one, ending all."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.accounts.models import LONGEST_DEVICE, device_name

LogIn = Callable[[str], Awaitable[dict[str, Any]]]
Advance = Callable[[int], None]

SESSIONS = "/api/v1/sessions"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens['token']}"}


async def log_in_from(client: AsyncClient, device: str) -> dict[str, Any]:
    given = {"username": "alice", "password": "correct horse"}
    answer = await client.post("/api/v1/login", json=given, headers={"user-agent": device})
    tokens: dict[str, Any] = answer.json()
    return tokens


async def listed(client: AsyncClient, tokens: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.get(SESSIONS, headers=bearer(tokens))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: list[dict[str, Any]] = answer.json()["sessions"]
    return found


async def is_open(client: AsyncClient, tokens: dict[str, Any]) -> bool:
    access = await client.get(SESSIONS, headers=bearer(tokens))
    renewal = await client.post("/api/v1/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert access.status_code == renewal.status_code
    return access.status_code == 200


async def test_sessions_are_listed_with_the_last_used_first(
    client: AsyncClient, log_in: LogIn, advance: Advance
) -> None:
    first = await log_in("alice")
    await log_in("bob")
    advance(30)
    await log_in_from(client, FIREFOX)
    advance(20)
    found = await listed(client, first)
    assert [one.keys() for one in found] == [
        {"id", "device", "created_at", "last_used_at", "current"},
    ] * 2
    assert [(one["device"], one["current"]) for one in found] == [
        (FIREFOX, False),
        (found[1]["device"], True),
    ]
    assert found[0]["created_at"] == "2030-01-01T12:00:30Z"
    assert (await client.head(SESSIONS, headers=bearer(first))).status_code == 200


async def test_each_login_begins_a_session_of_its_own_with_tokens_that_nobody_can_guess(
    client: AsyncClient, log_in: LogIn
) -> None:
    first = await log_in("alice")
    given = {"username": "alice", "password": "correct horse"}
    # Neither a token that is shown, nor one that is proposed, becomes the session's.
    planted = {"cookie": "session=planted", "x-session": "planted"}
    later = [
        (
            await client.post(
                "/api/v1/login",
                json=given | {"sid": "planted", "token": first["token"]},
                headers=bearer(first) | planted,
            )
        ).json()
        for _ in range(20)
    ]
    for name in ("token", "refresh_token"):
        assert len({tokens[name] for tokens in (first, *later)}) == 21
    claimed = [
        jwt.decode(one["token"], options={"verify_signature": False})["sid"] for one in (first, *later)
    ]
    assert len(set(claimed)) == 21
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in claimed)
    # 43 characters of base64 are 256 bits.
    assert all(re.fullmatch(r"[\w-]{43}", tokens["refresh_token"]) for tokens in later)
    assert len(await listed(client, first)) == 21
    assert (await client.post("/api/v1/logout", headers=bearer(first))).status_code == 200
    assert await is_open(client, later[0])


async def test_a_use_is_noted_once_a_minute(
    client: AsyncClient, log_in: LogIn, advance: Advance, statements: list[str]
) -> None:
    tokens = await log_in("alice")

    async def last_use() -> str:
        moment: str = (await listed(client, tokens))[0]["last_used_at"]
        return moment.partition("T")[2]

    advance(59)
    statements.clear()
    assert await last_use() == "12:00:00Z"
    assert not [one for one in statements if one.startswith("UPDATE")]
    advance(1)
    await last_use()
    assert len([one for one in statements if one.startswith("UPDATE")]) == 1
    assert await last_use() == "12:01:00Z"
    assert len([one for one in statements if one.startswith("UPDATE")]) == 1


async def test_a_session_that_is_used_by_its_access_token_alone_is_kept(
    client: AsyncClient, log_in: LogIn, advance: Advance
) -> None:
    tokens = await log_in("alice")
    advance(86_000)
    renewal = await client.post("/api/v1/refresh", json={"refresh_token": tokens["refresh_token"]})
    tokens = renewal.json()
    advance(500)
    assert len(await listed(client, tokens)) == 1
    advance(86_000)
    newer = await log_in_from(client, "curl/8.14.1")
    assert len(await listed(client, newer)) == 2
    advance(500)
    assert [one["device"] for one in await listed(client, newer)] == ["curl/8.14.1"]


async def test_a_session_is_ended_for_every_worker(
    client: AsyncClient, other_worker: AsyncClient, log_in: LogIn
) -> None:
    mine, theirs = await log_in("alice"), await log_in_from(client, "a lost telephone")
    [lost] = [one["id"] for one in await listed(client, mine) if not one["current"]]
    answer = await client.delete(f"{SESSIONS}/{lost}", headers=bearer(mine))
    assert (answer.status_code, answer.content) == (204, b"")
    assert not await is_open(other_worker, theirs)
    assert [one["current"] for one in await listed(client, mine)] == [True]
    again = await client.delete(f"{SESSIONS}/{lost}", headers=bearer(mine))
    assert (again.status_code, again.json()["code"]) == (404, "session_not_found")


async def test_nobody_ends_a_session_of_another_account(client: AsyncClient, log_in: LogIn) -> None:
    alice, bob = await log_in("alice"), await log_in("bob")
    [session] = await listed(client, alice)
    answer = await client.delete(f"{SESSIONS}/{session['id']}", headers=bearer(bob))
    assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
    assert await is_open(client, alice)


async def test_one_may_end_the_session_that_asks(client: AsyncClient, log_in: LogIn) -> None:
    tokens = await log_in("alice")
    [session] = await listed(client, tokens)
    assert (await client.delete(f"{SESSIONS}/{session['id']}", headers=bearer(tokens))).status_code == 204
    assert not await is_open(client, tokens)


async def test_all_sessions_of_the_account_end_and_no_others(
    client: AsyncClient, other_worker: AsyncClient, log_in: LogIn
) -> None:
    mine, other, bob = (
        await log_in("alice"),
        await log_in_from(client, "curl/8.14.1"),
        await log_in("bob"),
    )
    answer = await client.post("/api/v1/logout_all", headers=bearer(mine))
    assert (answer.status_code, answer.json().keys()) == (200, {"message"})
    for tokens in (mine, other):
        assert not await is_open(other_worker, tokens)
    assert await is_open(client, bob)
    assert len(await listed(client, await log_in_from(client, "curl/8.14.1"))) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", SESSIONS), ("DELETE", f"{SESSIONS}/x"), ("POST", "/api/v1/logout_all")],
)
async def test_each_call_needs_a_token(client: AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(session_id=st.text(min_size=1, max_size=60).filter(lambda text: text not in {".", ".."}))
async def test_any_text_is_the_id_of_no_session(
    client: AsyncClient, admin: dict[str, str], session_id: str
) -> None:
    answer = await client.delete(httpx_path(session_id), headers=admin)
    assert answer.status_code in {404, 405}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=400).map(lambda raw: raw.replace(b"\n", b"").replace(b"\r", b"")))
async def test_any_device_logs_in_and_is_shown_in_one_line(client: AsyncClient, raw: bytes) -> None:
    given = {"username": "alice", "password": "correct horse"}
    await client.post("/api/v1/register", json=given)
    answer = await client.post("/api/v1/login", json=given, headers={b"user-agent": raw})
    device = next(one["device"] for one in await listed(client, answer.json()) if one["current"])
    assert device is None or 0 < len(device) <= LONGEST_DEVICE
    assert device is None or (device.isprintable() and device == device.strip())


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (FIREFOX, FIREFOX),
        ("", None),
        (" \t ", None),
        ("one\x00two\x1b[31m  three\x85", "one two [31m three"),
        ("a" * 119 + " b", "a" * 119),
        ("a" * 500, "a" * 120),
    ],
)
def test_what_a_device_is_called(sent: str, shown: str | None) -> None:
    assert device_name(sent) == shown


def httpx_path(session_id: str) -> str:
    """The address of a session with this id, every letter of it written out."""
    raw = session_id.encode("utf-8", "surrogatepass")
    return f"{SESSIONS}/" + "".join(f"%{byte:02X}" for byte in raw)

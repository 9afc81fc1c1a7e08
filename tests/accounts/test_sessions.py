"""Refreshing and logging out, over HTTP: the family of a refresh token, and its end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cinedex.accounts.tables import refresh_tokens, sessions
from cinedex.services import Services
from tiers import EMBEDDED

LogIn = Callable[[str], Awaitable[dict[str, Any]]]
Advance = Callable[[int], None]

REFRESH = "/api/v1/refresh"
LOGOUT = "/api/v1/logout"
SESSIONS = "/api/v1/sessions"


async def refresh_with(client: AsyncClient, token: str) -> tuple[int, dict[str, Any]]:
    answer = await client.post(REFRESH, json={"refresh_token": token})
    return answer.status_code, answer.json()


async def log_out(client: AsyncClient, token: str) -> int:
    return (await client.post(LOGOUT, headers={"authorization": f"Bearer {token}"})).status_code


async def revoked_sessions(services: Services) -> list[bool]:
    async with services.database.reading() as connection:
        rows = await connection.execute(select(sessions.c.revoked_at).order_by(sessions.c.created_at))
        return [row.revoked_at is not None for row in rows]


async def test_a_refresh_is_answered_in_the_shape_of_a_login(client: AsyncClient, log_in: LogIn) -> None:
    first = await log_in("alice")
    answer = await client.post(REFRESH, data={"refresh_token": first["refresh_token"]})
    second = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert second.keys() == first.keys()
    assert second["refresh_token"] != first["refresh_token"]
    assert (await refresh_with(client, second["refresh_token"]))[0] == 200


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
async def test_only_the_hash_of_a_refresh_token_is_stored(services: Services, log_in: LogIn) -> None:
    token = (await log_in("alice"))["refresh_token"]
    assert len(token) >= 43
    files = [path.read_bytes() for path in services.settings.data_dir.glob("cinedex.db*")]
    assert files
    assert not any(token.encode() in file for file in files)


async def test_a_spent_token_ends_its_session_for_good(
    client: AsyncClient, services: Services, log_in: LogIn
) -> None:
    first = await log_in("alice")
    _, second = await refresh_with(client, first["refresh_token"])
    status, refusal = await refresh_with(client, first["refresh_token"])
    assert (status, refusal["code"]) == (401, "refresh_token_invalid")
    assert await revoked_sessions(services) == [True]
    assert (await refresh_with(client, second["refresh_token"]))[0] == 401
    assert await log_out(client, second["token"]) == 401


async def test_other_sessions_of_the_account_go_on(client: AsyncClient, log_in: LogIn) -> None:
    spent = (await log_in("alice"))["refresh_token"]
    given = {"username": "alice", "password": "correct horse"}
    other = (await client.post("/api/v1/login", json=given)).json()
    await refresh_with(client, spent)
    await refresh_with(client, spent)
    assert (await refresh_with(client, other["refresh_token"]))[0] == 200


async def test_of_many_who_refresh_with_one_token_one_wins_and_the_session_ends(
    client: AsyncClient, other_worker: AsyncClient, services: Services, log_in: LogIn
) -> None:
    token = (await log_in("alice"))["refresh_token"]
    answers = await asyncio.gather(
        *(refresh_with(worker, token) for _ in range(25) for worker in (client, other_worker))
    )
    assert Counter(status for status, _ in answers) == {200: 1, 401: 49}
    assert await revoked_sessions(services) == [True]
    [winner] = [body for status, body in answers if status == 200]
    assert (await refresh_with(client, winner["refresh_token"]))[0] == 401
    assert await log_out(client, winner["token"]) == 401


async def test_a_refresh_token_is_good_until_it_expires(
    client: AsyncClient, log_in: LogIn, advance: Advance
) -> None:
    first = await log_in("alice")
    advance(86_399)
    status, second = await refresh_with(client, first["refresh_token"])
    assert status == 200
    advance(86_400)
    status, refusal = await refresh_with(client, second["refresh_token"])
    assert (status, refusal["code"]) == (401, "refresh_token_invalid")


async def test_a_session_ends_for_good_however_often_it_is_refreshed(
    client: AsyncClient, other_worker: AsyncClient, log_in: LogIn, advance: Advance
) -> None:
    tokens = await log_in("alice")
    for seconds in (*[80_000] * 12, 39_999):
        advance(seconds)
        status, tokens = await refresh_with(client, tokens["refresh_token"])
        assert status == 200
    bearer = {"authorization": f"Bearer {tokens['token']}"}
    assert (await client.get(SESSIONS, headers=bearer)).status_code == 200
    advance(1)
    for worker in (client, other_worker):
        assert (await worker.get(SESSIONS, headers=bearer)).status_code == 401
        assert (await refresh_with(worker, tokens["refresh_token"]))[0] == 401
    advance(-1)
    assert (await refresh_with(client, tokens["refresh_token"]))[0] == 401, "it was ended"


async def test_tokens_that_have_expired_are_not_kept(
    client: AsyncClient, services: Services, log_in: LogIn, advance: Advance
) -> None:
    token = (await log_in("alice"))["refresh_token"]
    for _ in range(5):
        advance(50_000)
        _, answer = await refresh_with(client, token)
        token = answer["refresh_token"]
    async with services.database.reading() as connection:
        assert len((await connection.execute(select(refresh_tokens))).all()) == 2


async def test_an_access_token_does_not_refresh(
    client: AsyncClient, services: Services, log_in: LogIn
) -> None:
    assert (await refresh_with(client, (await log_in("alice"))["token"]))[0] == 401
    assert await revoked_sessions(services) == [False]


async def test_a_logout_ends_the_session_for_every_worker(
    client: AsyncClient, other_worker: AsyncClient, log_in: LogIn
) -> None:
    tokens = await log_in("alice")
    answer = await client.post(LOGOUT, headers={"authorization": f"bearer {tokens['token']}"})
    assert answer.status_code == 200
    assert answer.json().keys() == {"message"}
    for worker in (client, other_worker):
        assert await log_out(worker, tokens["token"]) == 401
        assert (await refresh_with(worker, tokens["refresh_token"]))[0] == 401


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer"}, {"authorization": "Token abc"}])
async def test_a_logout_without_a_token_is_refused(client: AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post(LOGOUT, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("body", "field"), [({}, "refresh_token"), ({"refresh_token": 7}, "refresh_token"), ([], None)]
)
async def test_a_refresh_needs_a_token(client: AsyncClient, body: object, field: str | None) -> None:
    answer = await client.post(REFRESH, json=body)
    assert answer.status_code == 400
    assert list(answer.json().get("errors", [])) == ([field] if field else [])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(max_size=200))
async def test_any_text_is_refused_and_never_a_crash(client: AsyncClient, token: str) -> None:
    assert (await refresh_with(client, token))[0] == 401


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.binary(max_size=200).map(lambda raw: raw.replace(b"\n", b"").replace(b"\r", b"")))
async def test_any_header_is_refused_and_never_a_crash(client: AsyncClient, header: bytes) -> None:
    for value in (header, b"Bearer " + header):
        answer = await client.post(LOGOUT, headers={b"authorization": value})
        assert answer.status_code == 401

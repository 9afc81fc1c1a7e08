"""What asks a caller for the password again, and that a stolen token is no better at guessing it than a login."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from httpx import AsyncClient, Response

from accounts.conftest import StoppedClock, serving
from cinedex.accounts import limits
from cinedex.accounts.passwords import Passwords
from cinedex.services import build_services
from cinedex.settings import Settings

Headers = dict[str, str]
Bearer = Callable[[str], Awaitable[Headers]]
Advance = Callable[[int], None]
Call = tuple[str, str, dict[str, Any]]

ME, KEYS, LOGIN = "/api/v1/me", "/api/v1/keys", "/api/v1/login"
RIGHT, WRONG = "correct horse", "incorrect horse"

CALLS: list[Call] = [
    ("POST", f"{ME}/password", {"new_password": "staple of batteries"}),
    ("PATCH", ME, {"username": "Alice"}),
    ("POST", KEYS, {"name": "ci", "scopes": ["read"]}),
    ("DELETE", ME, {}),
]

each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]}")


async def ask(client: AsyncClient, call: Call, headers: Headers, password: str) -> Response:
    method, path, body = call
    field = "current_password" if path.endswith("/password") else "password"
    return await client.request(method, path, headers=headers, json=body | {field: password})


async def log_in(client: AsyncClient, password: str = RIGHT) -> Response:
    return await client.post(LOGIN, json={"username": "alice", "password": password})


@each_call
async def test_a_token_without_the_password_changes_nothing(
    client: AsyncClient, bearer: Bearer, call: Call
) -> None:
    alice = await bearer("alice")
    refused = await ask(client, call, alice, WRONG)
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
    method, path, body = call
    assert (await client.request(method, path, headers=alice, json=body)).status_code == 400
    assert (await client.get(ME, headers=alice)).json()["username"] == "alice"
    assert (await client.get(KEYS, headers=alice)).json() == {"keys": []}
    assert (await log_in(client)).status_code == 200
    assert (await ask(client, call, alice, RIGHT)).is_success


@each_call
async def test_a_wrong_password_is_delayed_as_at_a_login(
    client: AsyncClient, other_worker: AsyncClient, bearer: Bearer, advance: Advance, call: Call
) -> None:
    alice = await bearer("alice")
    workers = [client, other_worker] * (limits.FREE_WHERE_KNOWN // 2)
    for worker in workers:
        assert (await ask(worker, call, alice, WRONG)).status_code == 403
    for seconds in (1, 2, 4):
        refused = await ask(other_worker, call, alice, RIGHT)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert refused.headers["retry-after"] == str(seconds)
        advance(seconds)
        assert (await ask(client, call, alice, WRONG)).status_code == 403
    advance(8)
    assert (await ask(client, call, alice, RIGHT)).is_success


async def test_all_ways_to_guess_are_counted_together(
    client: AsyncClient, bearer: Bearer, advance: Advance
) -> None:
    alice = await bearer("alice")
    for number in range(limits.FREE_WHERE_KNOWN // 4):
        assert (await log_in(client, f"{WRONG} {number}")).status_code == 401
        for call in CALLS[:3]:
            assert (await ask(client, call, alice, WRONG)).status_code == 403
    for call in CALLS:
        assert (await ask(client, call, alice, RIGHT)).status_code == 429
    assert (await log_in(client)).status_code == 429
    advance(1)
    assert (await ask(client, CALLS[0], alice, RIGHT)).status_code == 204
    assert (await log_in(client, "staple of batteries")).status_code == 200


async def test_guesses_at_the_same_time_are_all_counted(client: AsyncClient, bearer: Bearer) -> None:
    alice = await bearer("alice")
    answers = await asyncio.gather(*(ask(client, CALLS[number % 4], alice, WRONG) for number in range(100)))
    assert Counter(answer.status_code for answer in answers) == {
        403: limits.FREE_WHERE_KNOWN,
        429: 100 - limits.FREE_WHERE_KNOWN,
    }


async def test_what_is_refused_for_another_reason_is_no_guess(
    client: AsyncClient, admin: Headers, bearer: Bearer
) -> None:
    await bearer("alice")
    too_short: Call = ("POST", f"{ME}/password", {"new_password": "seven77"})
    taken: Call = ("PATCH", ME, {"username": "ALICE"})
    last_admin: Call = ("DELETE", ME, {})
    for _ in range(limits.FREE_WHERE_KNOWN // 2):
        assert (await ask(client, too_short, admin, WRONG)).status_code == 400
        assert (await ask(client, taken, admin, RIGHT)).status_code == 409
        assert (await ask(client, last_admin, admin, RIGHT)).status_code == 409
    assert (await ask(client, too_short, admin, WRONG)).status_code == 400


async def test_who_was_turned_away_has_not_guessed(
    client: AsyncClient, bearer: Bearer, settings: Settings, clock: StoppedClock, hasher: PasswordHasher
) -> None:
    alice = await bearer("alice")
    passwords = Passwords(hasher, most_waiting=0)
    async with serving(build_services(settings, clock, passwords=passwords)) as full:
        with passwords.place():
            for number in range(limits.FREE_WHERE_KNOWN + 1):
                assert (await ask(full, CALLS[number % 4], alice, WRONG)).json()["code"] == "busy"
    assert (await ask(client, CALLS[0], alice, RIGHT)).status_code == 204

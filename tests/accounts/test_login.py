"""Logging in, over HTTP."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Literal

import argon2
import jwt
import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cinedex.accounts.passwords import Passwords
from cinedex.accounts.tables import refresh_tokens, sessions, users
from cinedex.services import Services, build_services

LOGIN = "/api/v1/login"
GIVEN: dict[str, Any] = {"username": "Alice", "password": "correct horse"}


@pytest.fixture
async def alice(services: Services) -> None:
    await services.accounts.register(**GIVEN)


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("kind", ["json", "data"])
async def test_a_login_is_answered_with_tokens(client: AsyncClient, kind: str) -> None:
    answer = await client.post(LOGIN, **as_body(kind, GIVEN))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body.keys() == {"message", "token", "refresh_token", "expires_in"}
    assert (body["message"], body["expires_in"]) == ("Login successful.", 600)
    claims = jwt.decode(body["token"], options={"verify_signature": False})
    assert claims.keys() == {"sub", "sid", "iat", "exp", "aud", "iss"}
    assert claims["exp"] - claims["iat"] == 600


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("name", ["alice", " ALICE ", "Álice"])
async def test_a_name_may_be_spelled_otherwise(client: AsyncClient, name: str) -> None:
    assert (await client.post(LOGIN, json=GIVEN | {"username": name})).status_code == 200


@pytest.mark.usefixtures("alice")
async def test_a_wrong_password_and_an_unknown_name_are_refused_alike(client: AsyncClient) -> None:
    refusals = [
        await client.post(LOGIN, json=GIVEN | {"password": "incorrect horse"}),
        await client.post(LOGIN, json=GIVEN | {"password": ""}),
        await client.post(LOGIN, json=GIVEN | {"password": "p" * 5000}),
        await client.post(LOGIN, json=GIVEN | {"password": "\x00"}),
        await client.post(LOGIN, json=GIVEN | {"username": "bob"}),
        await client.post(LOGIN, json=GIVEN | {"username": ""}),
        await client.post(LOGIN, json=GIVEN | {"username": "a" * 5000}),
        await client.post(LOGIN, json=GIVEN | {"username": "\x00"}),
    ]
    bodies = [answer.json() for answer in refusals]
    assert {answer.status_code for answer in refusals} == {401}
    assert {body["message"] for body in bodies} == {"Invalid username or password."}
    assert {(*body.keys(), body["code"]) for body in bodies} == {
        ("message", "code", "request_id", "invalid_credentials")
    }


class WatchedHasher(argon2.PasswordHasher):
    """Notes the parameters of each hash that a password is compared with."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.compared: list[argon2.Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 -- the library's name
        self.compared.append(argon2.extract_parameters(str(hash)))
        return super().verify(hash, password)


@pytest.fixture
def hasher() -> WatchedHasher:
    return WatchedHasher()


@pytest.mark.usefixtures("alice")
async def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(
    client: AsyncClient, hasher: WatchedHasher
) -> None:
    for username in ("alice", "bob", "", "a" * 5000):
        await client.post(LOGIN, json={"username": username, "password": "incorrect horse"})
    assert len(hasher.compared) == 4
    assert hasher.compared == hasher.compared[:1] * 4


async def test_hashing_leaves_the_event_loop_free_and_takes_turns() -> None:
    lock, running, most, threads = threading.Lock(), 0, 0, set()

    class CountedHasher(argon2.PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
                threads.add(threading.get_ident())
            hashed = super().hash(password, salt=salt)
            with lock:
                running -= 1
            return hashed

    passwords = Passwords(CountedHasher(time_cost=3, memory_cost=8192, parallelism=1))
    hashes = await asyncio.gather(*(passwords.hash("correct horse") for _ in range(20)))
    assert len(set(hashes)) == 20
    assert 1 <= most <= 2
    assert threading.get_ident() not in threads


async def test_without_a_hash_no_password_is_right() -> None:
    passwords = Passwords(argon2.PasswordHasher())
    assert not await passwords.verify("", None)
    assert not await passwords.verify("correct horse", None)


@pytest.mark.parametrize("missing", ["username", "password"])
async def test_a_missing_field_is_named(client: AsyncClient, missing: str) -> None:
    answer = await client.post(LOGIN, json={k: v for k, v in GIVEN.items() if k != missing})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {missing: "missing"}


async def test_passwords_are_hashed_by_argon2id_with_its_default_cost(services: Services) -> None:
    costly = build_services(services.settings)
    await costly.accounts.register(**GIVEN)
    async with services.database.reading() as connection:
        stored = (await connection.execute(select(users.c.password_hash))).scalar_one()
    assert argon2.extract_parameters(stored) == argon2.profiles.RFC_9106_LOW_MEMORY
    assert (await costly.accounts.login(**GIVEN)).access
    await costly.close()
    await services.close()


@pytest.mark.usefixtures("alice")
async def test_a_hash_of_other_parameters_is_renewed_at_login(
    client: AsyncClient, services: Services
) -> None:
    async def stored() -> str:
        async with services.database.reading() as connection:
            found: str = (await connection.execute(select(users.c.password_hash))).scalar_one()
            return found

    before = await stored()
    stronger = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    changed = build_services(services.settings, passwords=Passwords(stronger))
    await changed.accounts.login(**GIVEN)
    renewed = await stored()
    assert argon2.extract_parameters(before).time_cost == 1
    assert argon2.extract_parameters(renewed).time_cost == 2
    await changed.accounts.login(**GIVEN)
    assert await stored() == renewed
    assert (await client.post(LOGIN, json=GIVEN)).status_code == 200
    await changed.close()


@pytest.mark.usefixtures("alice")
async def test_sessions_that_nobody_can_use_any_more_are_deleted(
    client: AsyncClient, services: Services, advance: Callable[[int], None]
) -> None:
    async def stored() -> tuple[int, int]:
        async with services.database.reading() as connection:
            return (
                len((await connection.execute(select(sessions.c.id))).all()),
                len((await connection.execute(select(refresh_tokens.c.token_hash))).all()),
            )

    await services.accounts.register("bob", "correct horse")
    await client.post(LOGIN, json=GIVEN)
    await client.post(LOGIN, json=GIVEN | {"username": "bob"})
    advance(86_399)
    await client.post(LOGIN, json=GIVEN)
    assert await stored() == (3, 3)
    advance(1)
    await client.post(LOGIN, json=GIVEN)
    assert await stored() == (3, 3), "alice's first went, bob's stays until he comes"


@pytest.mark.usefixtures("many_attempts")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=80), password=st.text(max_size=600), kind=st.sampled_from(["json", "data"]))
async def test_any_text_is_refused_and_never_a_crash(
    client: AsyncClient, name: str, password: str, kind: str
) -> None:
    answer = await client.post(LOGIN, **as_body(kind, {"username": name, "password": password}))
    assert answer.status_code in {400, 401}
    assert answer.json()["message"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded"]),
)
async def test_any_bytes_are_refused_and_never_a_crash(
    client: AsyncClient, content: bytes, kind: str
) -> None:
    answer = await client.post(LOGIN, content=content, headers={"content-type": kind})
    assert answer.status_code in {400, 401}
    assert answer.json()["message"]


def as_body(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what the client takes for a body of this kind, "json" or "data"."""
    return {kind: fields}

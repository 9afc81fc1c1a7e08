"""Whoever fails to log in waits longer each time, and keeps nobody else out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, cast

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from cinedex.accounts import limits
from cinedex.accounts.attempts import LONGEST_DELAY_SECONDS, Attempts
from cinedex.app import build_app, build_gate
from cinedex.services import Services
from cinedex.settings import Settings

LOGIN, REGISTER = "/api/v1/login", "/api/v1/register"
PASSWORD = "correct horse"
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"

From = Callable[[str], AbstractAsyncContextManager[AsyncClient]]
Advance = Callable[[int], None]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, registrations_per_hour=3, trusted_proxies="127.0.0.1")


@pytest.fixture
async def people(make_services: Callable[[], Services]) -> AsyncIterator[Callable[..., Awaitable[Response]]]:
    """Posts to one of two workers, as a client behind a trusted proxy at this address."""
    async with (
        asynccontextmanager(_serve)(make_services()) as first,
        asynccontextmanager(_serve)(make_services()) as second,
    ):
        clients = [first, second]

        async def post(path: str, address: str, **fields: object) -> Response:
            clients.reverse()
            return await clients[0].post(path, json=fields, headers={"x-forwarded-for": address})

        yield post


async def _serve(services: Services) -> AsyncIterator[AsyncClient]:
    app = build_app(services)
    gate = build_gate(app, services.settings)
    transport = ASGITransport(cast("Any", gate), raise_app_exceptions=False)
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
        yield opened


Post = Callable[..., Awaitable[Response]]


@pytest.fixture
async def log_in(people: Post, services: Services) -> Post:
    """Logs in as alice, whose account is there, with this password."""
    await services.accounts.register("alice", PASSWORD)
    await services.close()

    async def try_it(password: str, address: str = HOME, username: str = "alice") -> Response:
        return await people(LOGIN, address, username=username, password=password)

    return try_it


async def fail(log_in: Post, times: int, address: str = HOME, username: str = "alice") -> None:
    for _ in range(times):
        assert (await log_in("wrong", address, username)).status_code == 401


async def test_after_five_failures_there_is_a_delay_that_grows(log_in: Post, advance: Advance) -> None:
    await fail(log_in, 5)
    for seconds in (1, 2, 4, 8, 16, 32, 60, 60):
        refused = await log_in(PASSWORD)
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == str(seconds)
        assert refused.json().keys() == {"message", "code", "request_id"}
        assert refused.json()["code"] == "too_many_requests"
        advance(seconds - 1)
        assert (await log_in(PASSWORD)).status_code == 429
        advance(1)
        await fail(log_in, 1)
    advance(60)
    assert (await log_in(PASSWORD)).status_code == 200


async def test_asking_while_one_must_wait_makes_it_no_longer(log_in: Post, advance: Advance) -> None:
    await fail(log_in, 5)
    for _ in range(20):
        assert (await log_in(PASSWORD)).headers["retry-after"] == "1"
    advance(1)
    assert (await log_in(PASSWORD)).status_code == 200


async def test_a_login_forgets_the_failures_and_an_hour_does(log_in: Post, advance: Advance) -> None:
    await fail(log_in, 4)
    assert (await log_in(PASSWORD)).status_code == 200
    await fail(log_in, limits.FREE_WHERE_KNOWN)
    assert (await log_in(PASSWORD)).status_code == 429
    advance(3600)
    await fail(log_in, limits.FREE_WHERE_KNOWN)


async def test_who_fails_keeps_nobody_out(log_in: Post) -> None:
    await fail(log_in, 5, ELSEWHERE)
    assert (await log_in(PASSWORD, ELSEWHERE)).status_code == 429
    assert (await log_in(PASSWORD, HOME)).status_code == 200
    assert (await log_in("wrong", ELSEWHERE, "tom")).status_code == 401


async def test_an_unknown_name_is_delayed_as_a_known_one(log_in: Post) -> None:
    await fail(log_in, 5, username="nobody")
    refused = await log_in("wrong", username=" NOBODY ")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")


async def test_an_account_under_attack_stays_open_where_it_is_known(
    log_in: Post, advance: Advance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FREE_OF_ACCOUNT", 12)
    assert (await log_in(PASSWORD, HOME)).status_code == 200
    for host in range(12):
        await fail(log_in, 1, f"203.0.113.{host}")
    assert (await log_in(PASSWORD, ELSEWHERE)).status_code == 429, "an address that it does not know waits"
    assert (await log_in(PASSWORD, HOME)).status_code == 200
    advance(1)
    assert (await log_in(PASSWORD, ELSEWHERE)).status_code == 200


async def test_an_address_that_tries_many_names_waits(log_in: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FREE_OF_ADDRESS", 12)
    assert (await log_in(PASSWORD, HOME)).status_code == 200
    for number in range(12):
        await fail(log_in, 1, HOME, f"name{number}")
    assert (await log_in("wrong", HOME, "another")).status_code == 429
    assert (await log_in(PASSWORD, HOME)).status_code == 200, "whoever is known there gets in"
    await fail(log_in, 1, ELSEWHERE, "another")


async def test_a_hundred_at_the_same_time_are_a_hundred(log_in: Post) -> None:
    answers = await asyncio.gather(*(log_in("wrong") for _ in range(100)))
    codes = [answer.status_code for answer in answers]
    assert (codes.count(401), codes.count(429)) == (5, 95)


async def test_addresses_of_one_network_are_one_client(log_in: Post) -> None:
    for host in range(5):
        await fail(log_in, 1, f"2001:db8::{host}")
    assert (await log_in(PASSWORD, "2001:db8::ffff:1")).status_code == 429
    assert (await log_in(PASSWORD, "2001:db8:0:1::1")).status_code == 200


async def test_a_forged_header_changes_nothing(log_in: Post) -> None:
    for host in range(5):
        await fail(log_in, 1, f"203.0.113.{host}, {HOME}")
    assert (await log_in(PASSWORD, f"203.0.113.9, {HOME}")).status_code == 429


async def test_who_makes_many_accounts_waits(people: Post, advance: Advance) -> None:
    for number in range(3):
        made = await people(REGISTER, HOME, username=f"name{number}", password=PASSWORD)
        assert made.status_code == 201
    for number, seconds in ((3, 1), (4, 2)):
        refused = await people(REGISTER, HOME, username=f"name{number}", password=PASSWORD)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, str(seconds))
        advance(seconds)
        made = await people(REGISTER, HOME, username=f"name{number}", password=PASSWORD)
        assert made.status_code == 201
    assert (await people(REGISTER, ELSEWHERE, username="tom", password=PASSWORD)).status_code == 201


async def test_what_is_kept_names_nobody_and_is_deleted(
    log_in: Post, advance: Advance, services: Services
) -> None:
    await fail(log_in, 1)
    advance(4000)
    await fail(log_in, 1, ELSEWHERE)
    async with services.database.reading() as connection:
        rows = [*await connection.exec_driver_sql("SELECT * FROM attempts")]
    assert len(rows) == 3, "only those of the second remain, and the account's"
    assert "alice" not in str(rows)
    assert ELSEWHERE not in str(rows)
    await services.close()


@bounds(max_examples=200)
@given(failures=st.integers(0, 10**6), free=st.integers(0, 1000), now=st.integers(0, 2**40))
def test_a_delay_never_exceeds_a_minute(failures: int, free: int, now: int) -> None:
    after = Attempts("key", failures, forgotten_at=now + 1).one_more(free, now)
    wait = after.wait_seconds(now)
    assert 0 <= wait <= LONGEST_DELAY_SECONDS
    assert (wait > 0) == (failures + 1 >= free)
    assert after.wait_seconds(now + wait) == 0

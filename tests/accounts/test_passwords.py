"""What a password must not be, what a hash costs, and how many may wait for one, over HTTP."""

import asyncio
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import argon2
import msgspec
import pytest
import structlog
from httpx import ASGITransport, AsyncClient
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select

from accounts.conftest import serving
from catalogues import on_sqlite
from cinedex.accounts import turned_away
from cinedex.accounts.password_rules import COMMON, SHORTEST_PASSWORD, as_compared
from cinedex.accounts.passwords import Passwords
from cinedex.accounts.tables import users
from cinedex.app import build_app
from cinedex.foundation.draining import Draining
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from cinedex.web.front import Front

REGISTER = "/api/v1/register"
LISTED = COMMON.read_text(encoding="utf-8").splitlines()


async def register(client: AsyncClient, username: str, password: str) -> tuple[int, str, dict[str, str]]:
    answer = await client.post(REGISTER, json={"username": username, "password": password})
    body = answer.json()
    return answer.status_code, body.get("code", ""), body.get("errors", {})


@pytest.mark.parametrize(
    "password", ["password", "PassWord", "12345678", " trustno1 ", "ｐａｓｓｗｏｒｄ", "iloveyou", "STARWARS"]
)
async def test_a_common_password_is_refused_in_any_spelling(client: AsyncClient, password: str) -> None:
    refusal = (400, "password_too_common", {"password": "too common"})
    assert await register(client, "alice", password) == refusal


@pytest.mark.parametrize(
    "password",
    ["cinedex2026", "Cinedex!", "MoviesMovies", "film-admin-1", "ｃｉｎｅｄｅｘ1", "2Catalogue2", "EDITOR99"],
)
async def test_a_password_of_nothing_but_words_of_this_service_is_refused(
    client: AsyncClient, password: str
) -> None:
    refusal = (400, "password_too_common", {"password": "nothing but words of this service"})
    assert await register(client, "alice", password) == refusal
    assert (await register(client, "alice", f"{password} horse"))[0] == 201


@pytest.mark.parametrize(
    "password",
    [
        "lower case only",
        "UPPER CASE ONLY",
        "8675309 555",
        "!?%&/()=.,",
        "пароль лошади",
        "馬馬馬馬馬馬馬馬",
        "🐎" * 8,
        "x" * 64,
    ],
)
async def test_a_password_may_be_of_any_kind_of_characters(client: AsyncClient, password: str) -> None:
    given = {"username": "alice", "password": password}
    assert (await client.post(REGISTER, json=given)).status_code == 201
    assert (await client.post("/api/v1/login", json=given)).status_code == 200


@pytest.mark.usefixtures("many_attempts")
async def test_a_password_is_compared_to_its_last_letter_and_case(client: AsyncClient) -> None:
    password = "Correct horse battery staple " * 4
    assert (await register(client, "alice", password))[0] == 201
    for other in (
        password[:-1],
        password.lower(),
        password.strip(),
        password + "x",
        password[:72],
        f" {password}",
    ):
        given = {"username": "alice", "password": other}
        assert (await client.post("/api/v1/login", json=given)).status_code == 401
    given = {"username": "alice", "password": password}
    assert (await client.post("/api/v1/login", json=given)).status_code == 200


async def test_no_password_expires(client: AsyncClient, advance: Callable[[int], None]) -> None:
    given = {"username": "alice", "password": "correct horse"}
    assert (await client.post(REGISTER, json=given)).status_code == 201
    advance(20 * 365 * 86_400)
    assert (await client.post("/api/v1/login", json=given)).status_code == 200


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("seven samurai", "seven samurai"),
        ("Zoë-Marie", "zoe marie"),
        ("kurosawa", "ＫＵＲＯＳＡＷＡ"),
        ("!!!!!!!!", "!!!!!!!!"),
    ],
)
async def test_a_password_that_is_the_name_is_refused(
    client: AsyncClient, username: str, password: str
) -> None:
    refusal = (400, "password_too_common", {"password": "the same as the username"})
    assert await register(client, username, password) == refusal
    assert (await register(client, "alice", password))[0] == 201


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.sampled_from(LISTED), raised=st.sets(st.integers(0, 30)))
async def test_no_mixture_of_cases_makes_a_common_password_better(
    client: AsyncClient, listed: str, raised: set[int]
) -> None:
    spelt = "".join(letter.upper() if place in raised else letter for place, letter in enumerate(listed))
    assert (await register(client, "alice", spelt))[:2] == (400, "password_too_common")


def test_the_list_holds_enough_passwords_that_could_be_chosen() -> None:
    assert len(LISTED) == len(set(LISTED)) >= 3000
    assert not [one for one in LISTED if as_compared(one) != one or len(one) < SHORTEST_PASSWORD]


async def test_who_has_a_common_password_already_still_logs_in(
    client: AsyncClient, services: Services, passwords: Passwords
) -> None:
    await register(client, "alice", "correct horse")
    async with services.database.transaction() as connection:
        await connection.execute(users.update().values(password_hash=await passwords.hash("password")))
    answer = await client.post("/api/v1/login", json={"username": "alice", "password": "password"})
    assert answer.status_code == 200


async def test_a_cost_that_was_set_is_applied_at_the_next_login(settings: Settings) -> None:
    given = {"username": "alice", "password": "correct horse"}
    seen = []
    for mebibytes, iterations, lanes in ((7, 1, 1), (8, 2, 1), (7, 1, 2)):
        changed = msgspec.structs.replace(
            settings,
            password_mebibytes=mebibytes,
            password_iterations=iterations,
            password_lanes=lanes,
        )
        services = build_services(changed)
        async with serving(services) as client:
            await client.post(REGISTER, json=given)
            assert (await client.post("/api/v1/login", json=given)).status_code == 200
            async with services.database.reading() as connection:
                stored = (await connection.execute(select(users.c.password_hash))).scalar_one()
            parameters = argon2.extract_parameters(stored)
            seen.append((parameters.memory_cost, parameters.time_cost, parameters.parallelism))
    assert seen == [(7168, 1, 1), (8192, 2, 1), (7168, 1, 2)]


class HeldHasher(argon2.PasswordHasher):
    """Hashes when it is let go, and notes how nice its thread is."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.go = threading.Event()
        self.niceness: set[int] = set()

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002 -- the library's name
        if sys.platform == "linux":
            self.niceness.add(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        assert self.go.wait(30)
        return super().verify(hash, password)


@pytest.fixture
def held() -> HeldHasher:
    return HeldHasher()


@on_sqlite
async def test_a_storm_is_told_twice_and_not_by_each_whom_it_turns_away(
    settings: Settings, hasher: argon2.PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turned_away, "QUIET_SECONDS", 1.0)
    given = {"username": "alice", "password": "correct horse"}
    passwords = Passwords(hasher, most_waiting=0)
    app = build_app(build_services(settings, passwords=passwords))
    transport = ASGITransport(cast("Any", Front(app, Draining(settings.draining_path))))
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as client:
        for round_ in range(1, 3):
            with structlog.testing.capture_logs() as logs:
                with passwords.place():
                    for _ in range(20 * round_):
                        assert (await client.post("/api/v1/login", json=given)).json()["code"] == "busy"
                async with asyncio.timeout(20):
                    while len(logs) < 2:  # noqa: ASYNC110 -- until nobody was turned away for a while
                        await asyncio.sleep(0.01)
            assert [(log["event"], log["log_level"]) for log in logs] == [
                ("logins turned away", "warning"),
                ("logins let in again", "info"),
            ]
            assert logs[1]["turned_away"] == 20 * round_


@pytest.mark.usefixtures("many_attempts")
async def test_more_than_may_wait_are_turned_away_at_once(settings: Settings, held: HeldHasher) -> None:
    given = {"username": "alice", "password": "correct horse"}
    services = build_services(settings, passwords=Passwords(held, most_waiting=3))
    async with serving(services) as client:
        assert (await client.post(REGISTER, json=given)).status_code == 201

        async def log_in() -> tuple[int, str, str]:
            answer = await client.post("/api/v1/login", json=given)
            return answer.status_code, answer.json().get("code", ""), answer.headers.get("retry-after", "")

        tries = [asyncio.create_task(log_in()) for _ in range(25)]
        async with asyncio.timeout(20):
            while sum(one.done() for one in tries) < 21:  # noqa: ASYNC110 -- until the rest are refused
                await asyncio.sleep(0.01)
        refused = Counter(one.result() for one in tries if one.done())
        assert refused == {(503, "busy", "2"): 21}
        assert (await client.get("/api/v1/genres")).status_code == 200
        held.go.set()
        assert Counter(await asyncio.gather(*tries))[200, "", ""] == 4
        assert (await log_in())[0] == 200
    if sys.platform == "linux":
        assert min(held.niceness) > os.getpriority(os.PRIO_PROCESS, os.getpid())

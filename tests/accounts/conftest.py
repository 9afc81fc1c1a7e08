"""The service over HTTP, with a clock that stands still and hashes that cost little; on tiers with each kind of database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest
from argon2 import PasswordHasher
from httpx import ASGITransport, AsyncClient

from cinedex.accounts import limits
from cinedex.accounts.passwords import Passwords
from cinedex.app import build_app
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from tiers import CLUSTERS, EMBEDDED, runs_on

pytest_generate_tests = runs_on(EMBEDDED, *CLUSTERS[:1])

PASSWORD = "correct horse"


class StoppedClock:
    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def advance(clock: StoppedClock) -> Callable[[int], None]:
    """Moves the service's clock by so many seconds."""
    return clock.advance


@pytest.fixture
def settings(installation: Settings) -> Settings:
    return msgspec.structs.replace(
        installation,
        access_token_seconds=600,
        refresh_token_seconds=86_400,
        session_seconds=1_000_000,
        registrations_per_hour=0,
    )


@pytest.fixture
def hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords(hasher: PasswordHasher) -> Passwords:
    # As many at once as tests ask for: those of the bound have one of their own.
    return Passwords(hasher, most_waiting=1000)


@pytest.fixture
def many_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets one address try as often as a test does."""
    for name in ("FREE", "FREE_WHERE_KNOWN", "FREE_OF_ACCOUNT", "FREE_OF_ADDRESS"):
        monkeypatch.setattr(limits, name, 1_000_000)


@pytest.fixture
def make_services(settings: Settings, clock: StoppedClock, passwords: Passwords) -> Callable[[], Services]:
    """Builds the services of one worker; all of them share the data folder."""

    def make() -> Services:
        return build_services(settings, clock, passwords=passwords)

    return make


@pytest.fixture
def services(make_services: Callable[[], Services]) -> Services:
    return make_services()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[AsyncClient]:
    async with serving(services) as opened:
        yield opened


@pytest.fixture
async def other_worker(make_services: Callable[[], Services]) -> AsyncIterator[AsyncClient]:
    """A second process of the same installation."""
    async with serving(make_services()) as opened:
        yield opened


@asynccontextmanager
async def serving(services: Services) -> AsyncIterator[AsyncClient]:
    # Litestar's own test client answers one request after the other; races need them side by side.
    app = build_app(services)
    transport = ASGITransport(cast("Any", app), raise_app_exceptions=False)
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
        yield opened


@pytest.fixture
def log_in(client: AsyncClient) -> Callable[[str], Awaitable[dict[str, Any]]]:
    """Registers a name, and returns the answer to its login."""

    async def register_and_log_in(username: str) -> dict[str, Any]:
        given = {"username": username, "password": PASSWORD}
        assert (await client.post("/api/v1/register", json=given)).status_code == 201
        answer: dict[str, Any] = (await client.post("/api/v1/login", json=given)).json()
        return answer

    return register_and_log_in


@pytest.fixture
def bearer(log_in: Callable[[str], Awaitable[dict[str, Any]]]) -> Callable[[str], Awaitable[dict[str, str]]]:
    """Registers a name, and returns the headers of its session."""

    async def headers(username: str) -> dict[str, str]:
        return {"authorization": f"Bearer {(await log_in(username))['token']}"}

    return headers


@pytest.fixture
async def admin(services: Services, client: AsyncClient) -> dict[str, str]:
    """The headers of an admin named "root"."""
    given = {"username": "root", "password": PASSWORD}
    await services.accounts.create_admin(**given)
    answer = (await client.post("/api/v1/login", json=given)).json()
    return {"authorization": f"Bearer {answer['token']}"}

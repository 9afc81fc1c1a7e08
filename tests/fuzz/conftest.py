"""The service with a few films, for calls of every kind, on each kind of database; and the tests that run for long."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from argon2 import PasswordHasher
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from catalogues import Catalogues, pytest_generate_tests
from cinedex.accounts import limits
from cinedex.accounts.passwords import Passwords
from cinedex.app import build_app, build_gate
from cinedex.foundation.draining import Draining
from cinedex.foundation.urls import DatabaseUrl
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from cinedex.web.front import Front
from films import FILMS
from fuzz.peopled import Peopled

__all__ = ["pytest_generate_tests"]


def opened(data_dir: Path, url: DatabaseUrl | None) -> Services:
    """Open the services on a catalogue, with hashes that cost little and are not waited for."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    settings = Settings(
        data_dir=data_dir, database_url=url, secret="k" * 40, sample=False, registrations_per_hour=0
    )
    return build_services(settings, passwords=Passwords(hasher, most_waiting=1000))


@pytest.fixture(scope="session")
def with_films(catalogues: Catalogues) -> str:
    """The name of a catalogue of a few films."""

    async def fill(data_dir: Path, url: DatabaseUrl | None) -> None:
        services = opened(data_dir, url)
        for title in ("Drama", "Western"):
            await services.movies.add_genre(title)
        await services.movies.load(FILMS)
        await services.close()

    catalogues.make("films", lambda data_dir, url: asyncio.run(fill(data_dir, url)), template="empty")
    return "films"


@pytest.fixture
def database_url(tmp_path: Path, catalogues: Catalogues, with_films: str) -> Iterator[DatabaseUrl | None]:
    with catalogues.copy(with_films, tmp_path) as url:
        yield url


@pytest.fixture
def services(tmp_path: Path, database_url: DatabaseUrl | None, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The services on those films, with an index of them, in which everybody may try as often as they like."""
    for name in ("FREE", "FREE_WHERE_KNOWN", "FREE_OF_ACCOUNT", "FREE_OF_ADDRESS"):
        monkeypatch.setattr(limits, name, 1_000_000)

    async def index() -> None:
        builder = opened(tmp_path, database_url)
        await builder.rebuilder.rebuild()
        await builder.close()

    asyncio.run(index())
    return opened(tmp_path, database_url)


@pytest.fixture
def app(services: Services) -> Litestar:
    return build_app(services)


@pytest.fixture
def served(app: Litestar, services: Services) -> Peopled:
    """All of the application, as a worker serves it, for callers of each role."""
    front = Front(app, Draining(services.settings.draining_path))
    return Peopled(build_gate(front, services.settings), services)


@pytest.fixture
async def client(served: Peopled, app: Litestar) -> AsyncIterator[AsyncClient]:
    """A client of it; `fuzz.peopled.header_of` names who calls."""
    transport = ASGITransport(cast("Any", served), raise_app_exceptions=False)
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened_client:
        yield opened_client

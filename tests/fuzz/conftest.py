"""The service with a few films, for calls of every kind, on each kind of database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from httpx import AsyncClient
from litestar import Litestar

from catalogues import Catalogues, pytest_generate_tests
from cinedex.accounts import limits
from cinedex.app import build_app
from cinedex.foundation.urls import DatabaseUrl
from cinedex.services import Services
from films import FILMS
from fuzz.opening import client_of, open_services, serve
from fuzz.peopled import Peopled

__all__ = ["pytest_generate_tests"]


@pytest.fixture(scope="session")
def with_films(catalogues: Catalogues) -> str:
    """The name of a catalogue of a few films."""

    async def fill(data_dir: Path, url: DatabaseUrl | None) -> None:
        services = open_services(data_dir, url)
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
        builder = open_services(tmp_path, database_url)
        await builder.rebuilder.rebuild()
        await builder.close()

    asyncio.run(index())
    return open_services(tmp_path, database_url)


@pytest.fixture
def app(services: Services) -> Litestar:
    return build_app(services)


@pytest.fixture
def served(app: Litestar, services: Services) -> Peopled:
    return serve(app, services)


@pytest.fixture
async def client(services: Services) -> AsyncIterator[AsyncClient]:
    async with client_of(services) as opened:
        yield opened

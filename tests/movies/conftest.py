"""The service over HTTP, with an admin and a visitor who are logged in, on tiers with each kind of database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from catalogues import Catalogues
from cinedex.app import build_app
from cinedex.foundation.database import Database
from cinedex.foundation.urls import DatabaseUrl
from cinedex.movies.service import MovieService
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from tiers import CLUSTERS, EMBEDDED, runs_on

pytest_generate_tests = runs_on(EMBEDDED, *CLUSTERS[-1:])

SECRET = "only the tests sign tokens with this"
PASSWORD = "correct horse battery staple"


class People(msgspec.Struct):
    """Two accounts of the catalogue "people", and the headers that their sessions send."""

    admin: dict[str, str]
    visitor: dict[str, str]


@pytest.fixture(scope="session")
def people(catalogues: Catalogues) -> People:
    """Two accounts, made and logged in once, since hashing passwords is slow on purpose."""
    headers: list[dict[str, str]] = []

    async def fill(data_dir: Path, url: DatabaseUrl | None) -> None:
        services = build_services(Settings(data_dir=data_dir, database_url=url, secret=SECRET))
        await services.accounts.create_admin("ida", PASSWORD)
        await services.accounts.register("victor", PASSWORD)
        tokens = [await services.accounts.login(name, PASSWORD) for name in ("ida", "victor")]
        await services.close()
        headers.extend({"authorization": f"Bearer {token.access}"} for token in tokens)

    catalogues.make("people", lambda data_dir, url: asyncio.run(fill(data_dir, url)), template="empty")
    return People(*headers)


@pytest.fixture
def database_url(tmp_path: Path, catalogues: Catalogues, people: People) -> Iterator[DatabaseUrl | None]:
    """The address of a catalogue with these accounts; None for one that is a file in the data folder."""
    assert people.admin
    with catalogues.copy("people", tmp_path) as url:
        yield url


@pytest.fixture
async def services(installation: Settings) -> AsyncIterator[Services]:
    built = build_services(msgspec.structs.replace(installation, secret=SECRET))
    yield built
    await built.close()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[AsyncClient]:
    # Litestar's own test client works in a loop of its own, which the connections of `services` are not for.
    app = build_app(services)
    transport = ASGITransport(cast("Any", app), raise_app_exceptions=False)
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
        yield opened


@pytest.fixture
def admin(people: People) -> dict[str, str]:
    return people.admin


@pytest.fixture
def visitor(people: People) -> dict[str, str]:
    return people.visitor


@pytest.fixture
def movies(database: Database) -> MovieService:
    """The catalogue alone, with no HTTP about it."""
    return MovieService(database)

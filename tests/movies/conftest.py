"""The service over HTTP, with an admin and a visitor who are logged in."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from cinedex.app import build_app
from cinedex.foundation.database import Database
from cinedex.movies.service import MovieService
from cinedex.services import Services, build_services
from cinedex.settings import Settings

SECRET = "only the tests sign tokens with this"
PASSWORD = "correct horse battery staple"


class People(msgspec.Struct):
    """A data folder with two accounts in it, and the headers that their sessions send."""

    data_dir: Path
    admin: dict[str, str]
    visitor: dict[str, str]


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory, empty_catalogue: Path) -> People:
    """Two accounts, made and logged in once, since hashing passwords is slow on purpose."""
    data_dir = tmp_path_factory.mktemp("people")
    shutil.copy(empty_catalogue, data_dir / "cinedex.db")

    async def make() -> list[dict[str, str]]:
        services = build_services(Settings(data_dir=data_dir, secret=SECRET))
        await services.accounts.create_admin("ida", PASSWORD)
        await services.accounts.register("victor", PASSWORD)
        tokens = [await services.accounts.login(name, PASSWORD) for name in ("ida", "victor")]
        await services.close()
        return [{"authorization": f"Bearer {token.access}"} for token in tokens]

    return People(data_dir, *asyncio.run(make()))


@pytest.fixture
async def services(tmp_path: Path, people: People) -> AsyncIterator[Services]:
    shutil.copy(people.data_dir / "cinedex.db", tmp_path / "cinedex.db")
    built = build_services(Settings(data_dir=tmp_path, secret=SECRET))
    yield built
    await built.close()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[AsyncTestClient[Litestar]]:
    async with AsyncTestClient(build_app(services)) as opened:
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

"""The service with an index of its own and nothing in it; and one with the sample films, for reading."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from httpx import AsyncClient

from cinedex.foundation.urls import DatabaseUrl
from cinedex.movies.sample import load_sample
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from search.steps import opened_app


@pytest.fixture
async def make_services(
    data_dir: Path, database_url: DatabaseUrl | None
) -> AsyncIterator[Callable[[], Services]]:
    """Builds the services of one process; all of them share the data folder."""
    made: list[Services] = []

    def make() -> Services:
        settings = Settings(data_dir=data_dir, database_url=database_url, secret="k" * 40, sample=False)
        made.append(build_services(settings))
        return made[-1]

    yield make
    for services in made:
        await services.close()


@pytest.fixture
def services(make_services: Callable[[], Services]) -> Services:
    return make_services()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[AsyncClient]:
    async with opened_app(services) as client:
        yield client


@pytest.fixture(scope="session")
def sample_dir(tmp_path_factory: pytest.TempPathFactory, empty_catalogue: Path) -> Path:
    """A data folder with the sample films, indexed."""
    directory = tmp_path_factory.mktemp("sample")
    shutil.copy(empty_catalogue, directory / "cinedex.db")

    async def make() -> None:
        services = build_services(Settings(data_dir=directory, secret="k" * 40))
        await load_sample(services.movies)
        await services.rebuilder.rebuild()
        await services.close()

    asyncio.run(make())
    return directory


@pytest.fixture(scope="module")
async def sample(sample_dir: Path) -> AsyncIterator[AsyncClient]:
    """A client of the service with the sample films; nobody changes them."""
    async with opened_app(build_services(Settings(data_dir=sample_dir, secret="k" * 40))) as client:
        yield client

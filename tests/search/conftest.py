"""The service with an index of its own and nothing in it; and one with the sample films, for reading. On each tier."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from httpx import AsyncClient

from catalogues import Catalogues
from cinedex.movies.sample import load_sample
from cinedex.movies.service import MovieService
from cinedex.search.address import SearchAddress
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from films import FILMS
from search.steps import catch_up, opened_app
from servers.search_index import search_index
from tiers import CLUSTERS, EMBEDDED, Tier, runs_on

pytest_generate_tests = runs_on(EMBEDDED, *CLUSTERS)

Load = Callable[[MovieService], Awaitable[object]]
Install = Callable[[str, Load], Settings]


@pytest.fixture
async def make_services(installation: Settings) -> AsyncIterator[Callable[[], Services]]:
    """Builds the services of one process; all of them share the installation."""
    made: list[Services] = []

    def make() -> Services:
        made.append(build_services(installation))
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
def install(
    tier: Tier,
    catalogues: Catalogues,
    run_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Install]:
    """Makes an installation of the tier that is kept for all tests, with films in it that are indexed."""
    with ExitStack() as stack:

        def make(name: str, load: Load) -> Settings:
            folder = tmp_path_factory.mktemp(name)
            search_url = None
            if tier.cluster is not None:
                search_url = SearchAddress.parse(stack.enter_context(search_index(tier.cluster, run_folder)))
            settings = Settings(
                data_dir=folder,
                database_url=stack.enter_context(catalogues.copy("empty", folder)),
                search_url=search_url,
                cache_url=request.getfixturevalue("one_redis").url if tier.has_redis else None,
                secret="k" * 40,
            )
            asyncio.run(_fill(settings, load))
            return settings

        yield make


async def _fill(settings: Settings, load: Load) -> None:
    services = build_services(settings)
    await load(services.movies)
    await catch_up(services)
    await services.close()


@pytest.fixture(scope="session")
def with_sample(install: Install) -> Settings:
    return install("sample", load_sample)


@pytest.fixture(scope="session")
def with_dozen(install: Install) -> Settings:
    return install("dozen", lambda movies: movies.load(FILMS))


@pytest.fixture(scope="module")
async def open_sample(with_sample: Settings) -> AsyncIterator[AsyncClient]:
    async with opened_app(build_services(with_sample)) as client:
        yield client


@pytest.fixture(scope="module")
async def open_dozen(with_dozen: Settings) -> AsyncIterator[AsyncClient]:
    async with opened_app(build_services(with_dozen)) as client:
        yield client


@pytest.fixture
def sample(open_sample: AsyncClient, patient_search: None) -> AsyncClient:  # noqa: ARG001 -- it must be patient
    """A client of the service with the sample films; nobody changes them."""
    return open_sample


@pytest.fixture
def dozen(open_dozen: AsyncClient, patient_search: None) -> AsyncClient:  # noqa: ARG001 -- as above
    """A client of the service with the films of `films.FILMS`, the first of which has id 1; nobody changes them."""
    return open_dozen

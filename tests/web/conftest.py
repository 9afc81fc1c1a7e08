"""The pages over HTTP, above real services and an index of a few films; with each engine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from cinedex.app import build_app, build_gate
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from search.steps import catch_up
from tiers import CLUSTERS, EMBEDDED, runs_on
from web.films import FILMS, Serving

pytest_generate_tests = runs_on(EMBEDDED, *CLUSTERS)


@pytest.fixture
def services(installation: Settings) -> Services:
    return build_services(installation)


@pytest.fixture
async def films(services: Services) -> AsyncIterator[None]:
    """Puts the films into the catalogue and its index."""
    await services.movies.load(FILMS)
    await catch_up(services)
    yield
    await services.close()


@pytest.fixture
def serving(services: Services) -> Serving:
    """Serves the application, with some of its services replaced."""

    @asynccontextmanager
    async def serve(**replaced: object) -> AsyncIterator[AsyncClient]:
        app = build_app(msgspec.structs.replace(services, **replaced))
        gate = build_gate(app, services.settings)
        transport = ASGITransport(cast("Any", gate), raise_app_exceptions=False)
        async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
            yield opened

    return serve


@pytest.fixture
async def client(serving: Serving) -> AsyncIterator[AsyncClient]:
    async with serving() as opened:
        yield opened

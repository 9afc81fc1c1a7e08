"""The service with an index of its own, and nothing in it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from httpx import ASGITransport, AsyncClient

from cinedex.app import Services, build_app, build_services
from cinedex.settings import Settings


@pytest.fixture
async def make_services(data_dir: Path) -> AsyncIterator[Callable[[], Services]]:
    """Builds the services of one process; all of them share the data folder."""
    made: list[Services] = []

    def make() -> Services:
        made.append(build_services(Settings(data_dir=data_dir, secret="k" * 40, sample=False)))
        return made[-1]

    yield make
    for services in made:
        await services.close()


@pytest.fixture
def services(make_services: Callable[[], Services]) -> Services:
    return make_services()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[AsyncClient]:
    app = build_app(services)
    transport = ASGITransport(cast("Any", app))
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
        yield opened

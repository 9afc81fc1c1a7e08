"""The one place that wires: settings, adapters, services, routes. The only file that names an adapter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig

from cinedex.foundation import problems
from cinedex.foundation.bodies import LARGEST_BODY_BYTES
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database
from cinedex.movies.service import MovieService
from cinedex.settings import Settings


class Services(msgspec.Struct, frozen=True):
    """All that the routes and the commands need, built once for a process."""

    settings: Settings
    database: Database
    movies: MovieService

    async def close(self) -> None:
        """Let go of files and connections."""
        await self.database.close()


def build_services(settings: Settings, clock: Clock = utc_now) -> Services:
    """Build the services of the embedded tier over the data folder of `settings`."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_path)
    return Services(settings=settings, database=database, movies=MovieService(database))


def build_app(services: Services) -> Litestar:
    """Build the web application over `services`, which it closes when it stops."""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        yield
        await services.close()

    provided = {"movies": services.movies}
    return Litestar(
        route_handlers=[],
        dependencies={name: Provide(lambda it=it: it, sync_to_thread=False) for name, it in provided.items()},
        exception_handlers=problems.HANDLERS,
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(title="Cinedex", version="1"),
        request_max_body_size=LARGEST_BODY_BYTES,
    )

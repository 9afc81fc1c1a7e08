"""The one place that wires: settings, adapters, services, routes. The only file that names an adapter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig

from cinedex.accounts.routes import ROUTES as ACCOUNT_ROUTES
from cinedex.accounts.secret_file import read_or_make_secret
from cinedex.accounts.service import AccountService
from cinedex.accounts.tokens import AccessTokens
from cinedex.foundation import openapi, problems
from cinedex.foundation.bodies import LARGEST_BODY_BYTES
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database
from cinedex.movies.routes import ROUTES as MOVIE_ROUTES
from cinedex.movies.service import MovieService
from cinedex.settings import Settings


class Services(msgspec.Struct, frozen=True):
    """All that the routes and the commands need, built once for a process."""

    settings: Settings
    database: Database
    movies: MovieService
    accounts: AccountService

    async def close(self) -> None:
        """Let go of files and connections."""
        await self.database.close()


def build_services(settings: Settings, clock: Clock = utc_now) -> Services:
    """Build the services of the embedded tier over the data folder of `settings`."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_path)
    secret = settings.secret or read_or_make_secret(settings.secret_path)
    accounts = AccountService(
        database,
        AccessTokens(secret, settings.access_token_seconds),
        refresh_token_seconds=settings.refresh_token_seconds,
        clock=clock,
    )
    return Services(settings=settings, database=database, movies=MovieService(database), accounts=accounts)


def build_app(services: Services) -> Litestar:
    """Build the web application over `services`, which it closes when it stops."""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        yield
        await services.close()

    provided = {"movies": services.movies, "accounts": services.accounts}
    return Litestar(
        route_handlers=[*ACCOUNT_ROUTES, *MOVIE_ROUTES],
        dependencies={name: _always(it) for name, it in provided.items()},
        exception_handlers=problems.HANDLERS,
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(title="Cinedex", version="1", components=openapi.COMPONENTS),
        request_max_body_size=LARGEST_BODY_BYTES,
    )


def _always(it: object) -> Provide:
    """Give each request the same object."""

    def give() -> Any:
        return it

    return Provide(give, sync_to_thread=False)

"""The one place that wires: settings, adapters, services, routes. The only file that names an adapter."""

import gc
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
from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database
from cinedex.movies.routes import ROUTES as MOVIE_ROUTES
from cinedex.movies.service import MovieService
from cinedex.search import routes as search_routes
from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.follower import Build, Follower
from cinedex.search.port import SearchIndex
from cinedex.search.rebuild import Rebuilder
from cinedex.search.service import SearchService
from cinedex.search.verify import Verifier
from cinedex.settings import Settings, read_settings
from cinedex.web.front import Front
from cinedex.web.routes import DOCUMENT_PLUGINS, document_router
from cinedex.web.routes import ROUTES as WEB_ROUTES

_MEGABYTE = 1_000_000


class Services(msgspec.Struct, frozen=True):
    """All that the routes and the commands need, built once for a process."""

    settings: Settings
    database: Database
    movies: MovieService
    accounts: AccountService
    search: SearchService
    index: SearchIndex

    def follower(self, build: Build) -> Follower:
        """Keeps the index in step; one process at a time works, whoever holds the lock."""
        lock = self.settings.index_dir / "follower.lock"
        return Follower(self.database, self.movies, self.index, build, lock)

    @property
    def rebuilder(self) -> Rebuilder:
        """Builds a new generation of the index."""
        return Rebuilder(self.database, self.movies, self.index)

    @property
    def verifier(self) -> Verifier:
        """Compares index and database."""
        return Verifier(self.database, self.movies, self.index)

    async def close(self) -> None:
        """Let go of files and connections."""
        self.search.close()
        await self.database.close()


def build_services(settings: Settings, clock: Clock = utc_now) -> Services:
    """Build the services of the embedded tier over the data folder of `settings`."""
    settings.index_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_path)
    secret = settings.secret or read_or_make_secret(settings.secret_path)
    accounts = AccountService(
        database,
        AccessTokens(secret, settings.access_token_seconds),
        refresh_token_seconds=settings.refresh_token_seconds,
        clock=clock,
    )
    movies = MovieService(database)
    return Services(
        settings=settings,
        database=database,
        movies=movies,
        accounts=accounts,
        search=SearchService(
            TantivyEngine(settings.index_dir), MemoryCache(settings.cache_megabytes * _MEGABYTE), movies
        ),
        index=TantivyIndex(settings.index_dir),
    )


def build_app(services: Services) -> Litestar:
    """Build the web application over `services`, which it closes when it stops."""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        yield
        await services.close()

    provided = {"movies": services.movies, "accounts": services.accounts, "search": services.search}
    app = Litestar(
        route_handlers=[
            *ACCOUNT_ROUTES,
            *MOVIE_ROUTES,
            *search_routes.search_routes(services.search),
            *WEB_ROUTES,
        ],
        dependencies={name: _always(it) for name, it in provided.items()},
        exception_handlers=problems.HANDLERS,
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(
            title="Cinedex",
            version="1",
            components=openapi.COMPONENTS,
            use_handler_docstrings=True,
            openapi_router=document_router(),
            render_plugins=DOCUMENT_PLUGINS,
        ),
        request_max_body_size=LARGEST_BODY_BYTES,
    )
    search_routes.document(app.openapi_schema)
    return app


def create_app() -> Front:
    """Build the application from the environment: what a worker process serves."""
    front = Front(build_app(build_services(read_settings())))
    # What was built stays for good: looking through it again and again would cost a search a fifth of its time.
    gc.collect()
    gc.freeze()
    return front


def _always(it: object) -> Provide:
    """Give each request the same object."""

    def give() -> Any:
        return it

    return Provide(give, sync_to_thread=False)

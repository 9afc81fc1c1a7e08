"""The web application: routes over the services."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.types import ASGIApp

from cinedex.accounts.readers import Readers
from cinedex.accounts.routes import ROUTES as ACCOUNT_ROUTES
from cinedex.foundation import openapi, problems
from cinedex.foundation.addresses import TrustedProxies
from cinedex.foundation.bodies import LARGEST_BODY_BYTES
from cinedex.foundation.draining import Draining
from cinedex.foundation.tally import Tally
from cinedex.movies.routes import ROUTES as MOVIE_ROUTES
from cinedex.search import routes as search_routes
from cinedex.search.warming import warm_up
from cinedex.services import Services, build_services
from cinedex.settings import Settings, read_settings
from cinedex.watching import start_watching
from cinedex.web.cors import CrossOrigin
from cinedex.web.front import Front
from cinedex.web.gate import Gate
from cinedex.web.health import Vitals
from cinedex.web.routes import DOCUMENT_PLUGINS, document_router
from cinedex.web.routes import ROUTES as WEB_ROUTES


def build_app(services: Services) -> Litestar:
    """Build the web application over `services`, which it closes when it stops."""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        if services.cold_engine is not None:
            vitals.starting = asyncio.create_task(warm_up(services.cold_engine))
        yield
        await vitals.end()
        await services.close()

    vitals = Vitals(
        {"database": services.movies.catalogue_uid, "index": services.search.is_ready},
        {} if services.shared_cache is None else {"cache": services.shared_cache.answers},
        Draining(services.settings.draining_path),
    )
    readers = Readers(services.accounts, services.search_limit, is_public=services.settings.public_search)
    provided = {
        "movies": services.movies,
        "accounts": services.accounts,
        "people": services.people,
        "limits": services.limits,
        "audit": services.audit,
        "readers": readers,
        "search": services.search,
        "vitals": vitals,
    }
    app = Litestar(
        route_handlers=[
            *ACCOUNT_ROUTES,
            *MOVIE_ROUTES,
            *search_routes.search_routes(services.search, None if readers.are_all else readers.admit),
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


def build_gate(app: ASGIApp, settings: Settings, tally: Tally | None = None) -> Gate:
    """Build what stands before `app`: it takes the word of trusted proxies, and binds browsers."""
    return Gate(app, TrustedProxies(settings.proxy_networks), CrossOrigin(settings.origins), tally)


def create_app() -> ASGIApp:
    """Build the application from the environment: what a worker process serves."""
    settings = read_settings()
    watching = start_watching(settings)
    app = build_app(build_services(settings, watching=watching))
    front = Front(app, Draining(settings.draining_path), watching.tally)
    served: ASGIApp = front
    if watching.tracing is not None:
        # Who traces nothing does not pay for the library's memory.
        from cinedex.foundation.traced_app import traced  # noqa: PLC0415

        served = traced(front, watching.tracing)
    gate = build_gate(served, settings, watching.tally)
    # What was built stays for good: looking through it again and again would cost a search a fifth of its time.
    gc.collect()
    gc.freeze()
    return gate


def _always(it: object) -> Provide:
    """Give each request the same object."""

    def give() -> Any:
        return it

    return Provide(give, sync_to_thread=False)

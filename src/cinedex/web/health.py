"""Whether the process runs, and whether it can answer: for load balancers and supervisors."""

import asyncio
from collections.abc import Awaitable
from typing import Final, Literal

import msgspec
import structlog
from litestar import HttpMethod, Response, route
from litestar.datastructures import CacheControlHeader
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from cinedex.foundation.errors import Unavailable
from cinedex.foundation.problems import ProblemBody, describe
from cinedex.movies.service import MovieService
from cinedex.search.service import SearchService

PATIENCE_SECONDS = 2.0

_TAGS: Final = ["health"]
_NEVER_STORED: Final = CacheControlHeader(no_store=True)
_METHODS: Final = [HttpMethod.GET, HttpMethod.HEAD]

Part = Literal["ok", "unavailable"]

log = structlog.get_logger()


class NotReady(Unavailable):
    """Something that the service needs does not answer."""

    code = "not_ready"


class Live(msgspec.Struct):
    """The process runs."""

    status: Literal["live"] = "live"


class Ready(msgspec.Struct):
    """What the service needs, and whether it answers."""

    status: Literal["ready"]
    database: Part
    index: Part


class NotReadyBody(ProblemBody, kw_only=True):
    """What the service needs, and what of it does not answer."""

    status: Literal["not ready"]
    database: Part
    index: Part


@route(
    "/health/live",
    http_method=_METHODS,
    summary="Does the process run?",
    response_description="It does.",
    tags=_TAGS,
    cache_control=_NEVER_STORED,
)
async def live() -> Live:
    """Answer 200 as long as the process runs, whatever else is down."""
    return Live()


@route(
    "/health/ready",
    http_method=_METHODS,
    summary="Can it answer?",
    response_description="Database and index answer.",
    tags=_TAGS,
    responses={
        503: ResponseSpec(NotReadyBody, generate_examples=False, description="Something does not answer.")
    },
    cache_control=_NEVER_STORED,
)
async def ready(
    movies: NamedDependency[MovieService], search: NamedDependency[SearchService]
) -> Response[Ready | NotReadyBody]:
    """Answer 200 when database and index answer; otherwise 503, naming what is missing."""
    database, index = await asyncio.gather(
        _ask("database", movies.catalogue_uid()), _ask("index", search.is_ready())
    )
    if (database, index) == ("ok", "ok"):
        return Response(Ready("ready", database, index), status_code=200)
    missing = [name for name, part in (("database", database), ("index", index)) if part != "ok"]
    message = f"Not ready: {' and '.join(missing)} unavailable."
    problem = describe(NotReady(message, retry_after_seconds=1))
    told = msgspec.json.decode(problem.body, type=ProblemBody)
    body = NotReadyBody(
        message=told.message,
        code=told.code,
        request_id=told.request_id,
        status="not ready",
        database=database,
        index=index,
    )
    return Response(body, status_code=problem.status, headers=problem.headers)


async def _ask(name: str, asking: Awaitable[str | bool]) -> Part:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return "ok" if await asking else "unavailable"
    except Exception as error:  # noqa: BLE001 -- whatever is wrong, this call says that it is
        log.warning("not ready", part=name, cause=repr(error))
        return "unavailable"

"""Whether the process runs, and whether it can answer: for load balancers and supervisors."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec
import structlog
from litestar import HttpMethod, Response, route
from litestar.datastructures import CacheControlHeader
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.draining import Draining
from cinedex.foundation.errors import Unavailable
from cinedex.foundation.problems import ProblemBody, describe

PATIENCE_SECONDS = 2.0

_TAGS: Final = ["health"]
_NEVER_STORED: Final = CacheControlHeader(no_store=True)
_METHODS: Final = [HttpMethod.GET, HttpMethod.HEAD]

Word = Literal["ok", "unavailable"]
Ask = Callable[[], Awaitable[object]]

log = structlog.get_logger()


class NotReady(Unavailable):
    """Nothing is left to answer reads from, or the service is about to end."""

    code = "not_ready"


class Live(msgspec.Struct):
    """The process runs."""

    status: Literal["live"] = "live"


class Part(msgspec.Struct, frozen=True):
    """How a part of the service is, and since when this process has seen it so."""

    state: Word
    since: datetime


class Ready(msgspec.Struct):
    """Reads are answered; `degraded` says that a part is missing."""

    status: Literal["ready", "degraded"]
    parts: dict[str, Part]


class NotReadyBody(ProblemBody, kw_only=True):
    """Why no more requests should come here, and how the parts of the service are."""

    status: Literal["not ready", "starting", "draining"]
    parts: dict[str, Part]


class Vitals:
    """How the parts of the service are: each is asked by a function that raises, or answers nothing, when it is not well.

    Search needs the index *or* the database, so reads are answered while there is one of those left that `needed`
    names. Without those that `helpful` names the service does the same, and more slowly.
    """

    def __init__(
        self,
        needed: Mapping[str, Ask],
        helpful: Mapping[str, Ask],
        draining: Draining,
        clock: Clock = utc_now,
    ) -> None:
        self._asks = {**needed, **helpful}
        self.needed = frozenset(needed)
        self._clock = clock
        self._parts: dict[str, Part] = {}
        self.draining = draining
        self.starting: asyncio.Task[object] | None = None
        """What is done before others should send requests here, if anything: they are answered meanwhile."""

    @property
    def is_starting(self) -> bool:
        """Whether something is still being done before others should send requests here."""
        return self.starting is not None and not self.starting.done()

    async def end(self) -> None:
        """Give up what is being done at the start."""
        if self.starting is not None:
            self.starting.cancel()
            await asyncio.wait([self.starting])

    async def look(self) -> dict[str, Part]:
        """Ask all parts at the same time, and return how they are."""
        causes = await asyncio.gather(*(_fault_of(ask) for ask in self._asks.values()))
        for name, cause in zip(self._asks, causes, strict=True):
            word: Word = "unavailable" if cause else "ok"
            known = self._parts.get(name)
            if known is None or known.state != word:
                self._parts[name] = Part(word, self._clock())
                if cause:
                    log.warning("part unavailable", part=name, cause=cause)
                elif known is not None:
                    log.warning("part back", part=name, unavailable_since=known.since.isoformat())
        return dict(self._parts)


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
    response_description="Reads are answered; `degraded` where index, database or cache is missing.",
    tags=_TAGS,
    responses={
        503: ResponseSpec(
            NotReadyBody,
            generate_examples=False,
            description="Nothing answers, or the service starts or goes away.",
        )
    },
    cache_control=_NEVER_STORED,
)
async def ready(vitals: NamedDependency[Vitals]) -> Response[Ready | NotReadyBody]:
    """Answer 200 while reads can be answered, and name what is missing; 503 when they cannot, while starting, or while draining."""
    parts = await vitals.look()
    missing = [name for name, part in parts.items() if part.state != "ok"]
    if vitals.draining.is_on():
        return _not_ready("draining", "Not ready: this service is about to end.", parts)
    if vitals.is_starting:
        return _not_ready("starting", "Not ready: the first searches are still being made.", parts)
    if vitals.needed <= set(missing):
        named = " and ".join(name for name in missing if name in vitals.needed)
        return _not_ready("not ready", f"Not ready: {named} unavailable.", parts)
    return Response(Ready("degraded" if missing else "ready", parts), status_code=200)


def _not_ready(
    status: Literal["not ready", "starting", "draining"], message: str, parts: dict[str, Part]
) -> Response[Ready | NotReadyBody]:
    problem = describe(NotReady(message, retry_after_seconds=1))
    told = msgspec.json.decode(problem.body, type=ProblemBody)
    body = NotReadyBody(
        message=told.message, code=told.code, request_id=told.request_id, status=status, parts=parts
    )
    return Response(body, status_code=problem.status, headers=problem.headers)


async def _fault_of(ask: Ask) -> str:
    """Return what is wrong with a part, empty when it is well."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return "" if await ask() else "it says so"
    except Exception as error:  # noqa: BLE001 -- whatever is wrong, this call says that it is
        return repr(error)

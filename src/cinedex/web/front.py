"""The door of a worker: what is done for each request, whoever answers it.

Bare handlers are called at once, all other requests go to the framework, whose routing takes as long as a cached
answer. A bare handler answers methods, bodies and errors itself, so nothing of the framework is missed.

Each answer tells the request's number in a header, and is counted. Only what failed or was slow is logged: a line
costs as much as half an answer from the cache, and a load balancer writes one anyway.
"""

from time import perf_counter
from typing import TYPE_CHECKING, Final, Literal, cast

import structlog
from litestar import Litestar
from litestar.routes import ASGIRoute
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from cinedex.foundation import request_ids
from cinedex.foundation.draining import Draining
from cinedex.foundation.problems import TOLD
from cinedex.foundation.routes import known_method, route_of
from cinedex.foundation.tally import Tally
from cinedex.search.answering import ANSWER, Answer, Header

if TYPE_CHECKING:
    from litestar.enums import ScopeType

SLOW_SECONDS = 1.0

_LOOK_SECONDS: Final = 0.2
# Plain values: to look one up in an enumeration takes a tenth of an answer from the cache.
_HTTP: Final = cast("Literal[ScopeType.HTTP]", "http")
_OK: Final = 200
_GONE: Final = 499
_FAILED: Final = 500
_CLOSE: Final[Header] = (b"connection", b"close")

log = structlog.get_logger()


class Front:
    """An ASGI application that answers as `app` does. Counts in `tally`, where there is one.

    While it is `draining`, each answer asks the client to open its next connection elsewhere.
    """

    def __init__(self, app: Litestar, draining: Draining, tally: Tally | None = None) -> None:
        self._app = app
        self._draining = draining
        self._is_draining = False
        self._look_at = 0.0
        self._note = None if tally is None else tally.requests.note
        self._bare: dict[str, Answer] = {
            route.path: route.route_handler.opt[ANSWER]
            for route in app.routes
            if isinstance(route, ASGIRoute)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass on what is none."""
        if scope["type"] != _HTTP:
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        number = request_ids.begin(scope["headers"])
        if started > self._look_at:
            self._look_at = started + _LOOK_SECONDS
            self._is_draining = self._draining.is_on()
        path = scope["path"]
        answer = self._bare.get(path)
        if answer is None:
            status = await self._by_framework(scope, receive, send, number)
            path = route_of(scope)
        else:
            scope["path_template"] = path
            status, headers, body = await answer(scope, receive)
            if status == _OK:
                headers.append((request_ids.HEADER, number))
            if self._is_draining:
                headers.append(_CLOSE)
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body, "more_body": False})
        seconds = perf_counter() - started
        if self._note is not None:
            self._note((path, scope["method"], status), seconds)
        if seconds > SLOW_SECONDS or (status >= _FAILED and TOLD not in scope):
            _tell(scope["method"], path, status, seconds)

    async def _by_framework(self, scope: HTTPScope, receive: Receive, send: Send, number: bytes) -> int:
        """Let the framework answer; return the status, 499 where the client had gone before there was one."""
        status = _GONE

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message["headers"])
                if all(name != request_ids.HEADER for name, _ in headers):
                    headers.append((request_ids.HEADER, number))
                if self._is_draining:
                    headers.append(_CLOSE)
                message["headers"] = headers
            await send(message)

        await self._app(cast("Scope", scope), receive, send_noted)
        return status


def _tell(method: str, route: str, status: int, seconds: float) -> None:
    """Log a request by its route, since an address may hold what nobody else should read."""
    log.warning(
        "request", method=known_method(method), route=route, status=status, milliseconds=round(seconds * 1000)
    )

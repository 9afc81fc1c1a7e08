"""The gate before the door: who the client is, and what each answer tells a browser.

It stands before bare handlers and framework alike, so that no answer is without these headers.
"""

from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Final, Literal, cast

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from cinedex.foundation import origins, request_ids
from cinedex.foundation.addresses import TrustedProxies, client_of
from cinedex.foundation.routes import PREFLIGHT
from cinedex.foundation.tally import Tally
from cinedex.web.cors import CrossOrigin, Header

if TYPE_CHECKING:
    from litestar.enums import ScopeType

_HTTP: Final = cast("Literal[ScopeType.HTTP]", "http")

# Nothing may be taken for another kind than it is, shown in another's page, or tell others what was searched for.
_ALWAYS: Final[list[Header]] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
# What is no page has nothing to load, wherever somebody opens it.
_NO_PAGE: Final[list[Header]] = [(b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")]
_PAGE_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_UNUSED_FEATURES: Final = (
    b"accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    b"microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()"
)
_PAGE: Final[list[Header]] = [
    (b"content-security-policy", _PAGE_POLICY),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", _UNUSED_FEATURES),
]
_OVER_TLS: Final[list[Header]] = [(b"strict-transport-security", b"max-age=31536000")]
_NO_CONTENT: Final = 204


class Gate:
    """An ASGI application that answers as `app` does, to the clients that trusted proxies name.

    What it answers by itself it counts in `tally`, where there is one.
    """

    def __init__(
        self, app: ASGIApp, proxies: TrustedProxies, cross_origin: CrossOrigin, tally: Tally | None = None
    ) -> None:
        self._app = app
        self._proxies = proxies
        self._cross_origin = cross_origin
        self._note = None if tally is None else tally.requests.note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; answer a browser that asks what it may send."""
        if scope["type"] != _HTTP:
            await self._app(scope, receive, send)
            return
        if self._proxies:
            self._proxies.correct(scope)
        origins.begin(client_of(scope))
        added = _ALWAYS if scope["scheme"] != "https" else _ALWAYS + _OVER_TLS
        if self._cross_origin:
            if (allowed := self._cross_origin.preflight(scope)) is not None:
                await self._answer_preflight(scope, send, added + allowed)
                return
            added = added + self._cross_origin.headers(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added, *_bound(message["headers"])]
            await send(message)

        await self._app(cast("Scope", scope), receive, send_with_headers)

    async def _answer_preflight(self, scope: HTTPScope, send: Send, headers: list[Header]) -> None:
        started = perf_counter()
        headers = [*headers, (request_ids.HEADER, request_ids.begin(scope["headers"]))]
        await send({"type": "http.response.start", "status": _NO_CONTENT, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if self._note is not None:
            self._note((PREFLIGHT, scope["method"], _NO_CONTENT), perf_counter() - started)


def _bound(headers: Iterable[Header]) -> list[Header]:
    """Return what binds the content of an answer with these headers."""
    for name, value in headers:
        if name == b"content-type":
            return _PAGE if value.startswith(b"text/html") else _NO_PAGE
    return _NO_PAGE

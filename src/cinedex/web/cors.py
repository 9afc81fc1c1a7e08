"""Which other origins' pages may read answers: those of the setting, and none without it."""

from collections.abc import Sequence
from typing import Final

from litestar.types import HTTPScope

Header = tuple[bytes, bytes]

_ORIGIN: Final = b"origin"
_WANTED_METHOD: Final = b"access-control-request-method"
_VARY: Final[Header] = (b"vary", b"origin")
_READABLE: Final[Header] = (
    b"access-control-expose-headers",
    b"etag, retry-after, x-request-id, www-authenticate",
)
# Browsers ask once for ten minutes, and then send what the caller wants to send.
_ALLOWED: Final[list[Header]] = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        b"authorization, content-type, if-match, if-none-match, x-api-key, x-request-id",
    ),
    (b"access-control-max-age", b"600"),
]


class CrossOrigin:
    """Lets pages of some origins read answers, without cookies: there are none."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origin.encode("latin-1") for origin in origins)
        self._is_for_all = "*" in origins

    def __bool__(self) -> bool:
        """Say whether any origin may."""
        return bool(self._origins)

    def headers(self, scope: HTTPScope) -> list[Header]:
        """Return what an answer to this request tells a browser."""
        if self._is_for_all:
            return [(b"access-control-allow-origin", b"*"), _READABLE]
        origin = _first(scope, _ORIGIN)
        if origin not in self._origins:
            return [_VARY]
        return [(b"access-control-allow-origin", origin), _READABLE, _VARY]

    def preflight(self, scope: HTTPScope) -> list[Header] | None:
        """Return the headers of the answer to a browser that asks beforehand; None for any other request."""
        if scope["method"] != "OPTIONS" or not _first(scope, _ORIGIN) or not _first(scope, _WANTED_METHOD):
            return None
        headers = self.headers(scope)
        return headers if headers == [_VARY] else [*headers, *_ALLOWED]


def _first(scope: HTTPScope, header: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == header), b"")

"""The names that requests are counted by: few, whatever callers ask for."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from litestar.types import HTTPScope

UNKNOWN: Final = "unknown"
"""The route of an address that there is not, or that does not answer to the method."""

PREFLIGHT: Final = "preflight"
"""What a browser asks before it sends a request of another origin's page, whatever the address."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route_of(scope: "HTTPScope") -> str:
    """Return the template of the route that has answered, as `/api/v1/movies/{movie_id}`."""
    return scope.get("path_template") or UNKNOWN


def known_method(method: str) -> str:
    """Return the method, `OTHER` for one that HTTP does not know."""
    return method if method in _METHODS else "OTHER"

"""Search over HTTP: `search_movie`, and all calls of this room together."""

from functools import lru_cache
from typing import Final

from litestar.handlers import ASGIRouteHandler
from litestar.openapi.spec import OpenAPI, PathItem
from litestar.types import HTTPScope, Receive

from cinedex.foundation.bodies import decode_body, decode_query, read_body
from cinedex.foundation.errors import MethodNotAllowed
from cinedex.foundation.openapi import body_of, parameters_of
from cinedex.search.answering import READING, Admit, bare_route, operation
from cinedex.search.answers import SearchAnswer
from cinedex.search.list_routes import list_paths, list_routes
from cinedex.search.models import Reads, SearchQuery
from cinedex.search.schemas import SearchRequest
from cinedex.search.service import SearchService

PATH: Final = "/api/v1/search_movie"

_MOST_READ: Final = 1024

_SUMMARY: Final = "Search for films"
_DESCRIPTION: Final = (
    "Part of a film's name, its director, or both, misspelt or half typed, within filters. "
    "Ten films unless asked."
)
_ANSWERS: Final = (SearchAnswer, "The films found, best first.")
_REFUSALS: Final = {
    400: "The name is missing, or something cannot be searched for.",
    404: "No film matches.",
    503: "Neither index nor database answers now.",
}
_BODY_REFUSALS: Final = {
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is neither JSON nor a form.",
}


def search_routes(search: SearchService, admit: Admit | None = None) -> list[ASGIRouteHandler]:
    """Return the handlers of `GET` and `POST /api/v1/search_movie`, `GET /api/v1/movies` and `/api/v1/suggest`.

    `admit` raises where the caller may not read; without it everybody may.
    """

    async def search_movie(scope: HTTPScope, receive: Receive) -> bytes:
        return (await search.search(*await _read(scope, receive))).body

    return [bare_route(PATH, search_movie, admit), *list_routes(search, admit)]


def document(openapi: OpenAPI) -> None:
    """Add the calls to the OpenAPI document."""
    call = PathItem(
        get=operation(
            "SearchMovieGet",
            _SUMMARY,
            _DESCRIPTION,
            answers=_ANSWERS,
            refusals=_REFUSALS,
            parameters=parameters_of(SearchRequest),
        ),
        post=operation(
            "SearchMoviePost",
            _SUMMARY,
            _DESCRIPTION,
            answers=_ANSWERS,
            refusals=_REFUSALS | _BODY_REFUSALS,
            body=body_of(SearchRequest),
        ),
    )
    openapi.paths = {PATH: call} | list_paths() | (openapi.paths or {})


async def _read(scope: HTTPScope, receive: Receive) -> tuple[SearchQuery, Reads]:
    if scope["method"] in READING:
        return _read_query(scope["query_string"])
    if scope["method"] != "POST":
        raise MethodNotAllowed(", ".join([*READING, "POST"]))
    body = await read_body(receive)
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return decode_body(body, kind.decode("latin-1"), SearchRequest).cleaned()


@lru_cache(_MOST_READ)
def _read_query(query: bytes) -> tuple[SearchQuery, Reads]:
    """Read a query string; those that are asked most are read once, which is a third of a cached answer."""
    return decode_query(query, SearchRequest).cleaned()

"""Leafing through films, and suggestions while somebody types, over HTTP."""

from typing import Final

from litestar.handlers import ASGIRouteHandler
from litestar.openapi.spec import PathItem
from litestar.types import HTTPScope, Receive

from cinedex.foundation.bodies import decode_query
from cinedex.foundation.errors import MethodNotAllowed
from cinedex.foundation.openapi import parameters_of
from cinedex.search.answering import READING, Admit, bare_route, operation
from cinedex.search.answers import ListAnswer, SuggestAnswer
from cinedex.search.schemas import ListRequest, SuggestRequest
from cinedex.search.service import SearchService

LIST_PATH: Final = "/api/v1/movies"
SUGGEST_PATH: Final = "/api/v1/suggest"

_UNAVAILABLE: Final = "The index does not answer now, and the database cannot tell this."


def list_routes(search: SearchService, admit: Admit | None) -> list[ASGIRouteHandler]:
    """Return the handlers of `GET /api/v1/movies` and `GET /api/v1/suggest`."""

    async def list_movies(scope: HTTPScope, _receive: Receive) -> bytes:
        return await search.list(*decode_query(_query(scope), ListRequest).cleaned())

    async def suggest(scope: HTTPScope, _receive: Receive) -> bytes:
        return await search.suggest(*decode_query(_query(scope), SuggestRequest).cleaned())

    return [bare_route(LIST_PATH, list_movies, admit), bare_route(SUGGEST_PATH, suggest, admit)]


def list_paths() -> dict[str, PathItem]:
    """Return what the OpenAPI document tells of both calls."""
    return {
        LIST_PATH: PathItem(
            get=operation(
                "MovieList",
                "Leaf through films",
                "All films, or all that a text may mean, within filters; with how many there are of each genre, "
                "decade and full score. Pages stay in order while films are added: send `next_cursor` as `cursor`, "
                "and all else as before. Without a text, the best known films come first.",
                answers=(ListAnswer, "A page of films; an empty one where nothing fits."),
                refusals={400: "A parameter cannot be, or the cursor is another list's.", 503: _UNAVAILABLE},
                parameters=parameters_of(ListRequest),
            )
        ),
        SUGGEST_PATH: PathItem(
            get=operation(
                "Suggest",
                "Suggest what a text may become",
                "Directors and films for a text that somebody is typing. Eight unless asked.",
                answers=(SuggestAnswer, "What fits, directors first; nothing where nothing does."),
                refusals={400: "The text is missing, or cannot be searched for.", 503: _UNAVAILABLE},
                parameters=parameters_of(SuggestRequest),
            )
        ),
    }


def _query(scope: HTTPScope) -> bytes:
    """Return the query string. Raises MethodNotAllowed."""
    if scope["method"] not in READING:
        raise MethodNotAllowed(", ".join(READING))
    return scope["query_string"]

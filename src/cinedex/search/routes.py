"""Search over HTTP.

The call is a bare ASGI handler: it decodes with msgspec and sends bytes that the index keeps ready, at a fifth
of the cost of an ordinary route. Methods, bodies and errors are therefore answered here, and `document` tells
the OpenAPI document of it.
"""

from typing import Final, cast

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.openapi.spec import OpenAPI, OpenAPIResponse, Operation, PathItem, Reference
from litestar.types import HTTPScope, Receive, Scope, Send

from cinedex.foundation.bodies import decode_body, decode_pairs, read_body
from cinedex.foundation.errors import MethodNotAllowed
from cinedex.foundation.openapi import answer_of, body_of, parameters_of
from cinedex.foundation.problems import ProblemBody, describe
from cinedex.search.schemas import SearchAnswer, SearchRequest
from cinedex.search.service import Answer, SearchService

PATH: Final = "/api/v1/search_movie"

_BEGIN, _END, _DEGRADED_END = b'{"message":"Movie found","movies":[', b"]}", b'],"degraded":true}'
_REFUSALS = {
    400: "The name is missing, or cannot be searched for.",
    404: "No film matches.",
    413: "The body is too large.",
    415: "The body is neither JSON nor a form.",
    503: "Neither index nor database answers now.",
}


def search_route(search: SearchService) -> ASGIRouteHandler:
    """Return the handler of `GET` and `POST /api/v1/search_movie`."""

    @asgi(PATH, copy_scope=False)
    async def search_movie(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await _read(cast("HTTPScope", scope), receive)
            status, headers, body = 200, [], _encode(await search.search(request.cleaned()))
        except Exception as error:  # noqa: BLE001 -- the framework sees no error of a bare handler
            problem = describe(error)
            status, body = problem.status, problem.body
            headers = [(name.encode(), value.encode()) for name, value in problem.headers.items()]
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return search_movie


def document(openapi: OpenAPI) -> None:
    """Add the call to the OpenAPI document."""
    responses: dict[str, OpenAPIResponse | Reference] = {
        "200": answer_of(SearchAnswer, "The films found, best first."),
        **{str(status): answer_of(ProblemBody, text) for status, text in _REFUSALS.items()},
    }
    summary = "Search for films"
    description = (
        "Part of a film's name, its director, or both, misspelt or half typed. Ten films unless asked."
    )
    call = {
        PATH: PathItem(
            get=Operation(
                operation_id="SearchMovieGet",
                summary=summary,
                description=description,
                parameters=[*parameters_of(SearchRequest)],
                responses={
                    status: answer for status, answer in responses.items() if status not in {"413", "415"}
                },
            ),
            post=Operation(
                operation_id="SearchMoviePost",
                summary=summary,
                description=description,
                request_body=body_of(SearchRequest),
                responses=responses,
            ),
        )
    }
    openapi.paths = call | (openapi.paths or {})


async def _read(scope: HTTPScope, receive: Receive) -> SearchRequest:
    if scope["method"] == "GET":
        return decode_pairs(scope["query_string"], SearchRequest)
    if scope["method"] != "POST":
        raise MethodNotAllowed("GET, POST")
    body = await read_body(receive)
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return decode_body(body, kind.decode("latin-1"), SearchRequest)


def _encode(answer: Answer) -> bytes:
    return _BEGIN + answer.movies + (_DEGRADED_END if answer.is_degraded else _END)

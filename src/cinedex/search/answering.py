"""Bare ASGI handlers: what the calls of search have in common.

They decode with msgspec and send bytes that are ready, at a fifth of the cost of an ordinary route. Methods,
bodies and errors are therefore answered here and in the calls themselves, which also tell the OpenAPI document
of themselves.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, cast

import msgspec
from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.openapi.spec import Operation, Parameter, RequestBody
from litestar.types import HTTPScope, Receive, Scope, Send

from cinedex.foundation.openapi import BEARER_OR_NOTHING, answer_of
from cinedex.foundation.problems import ProblemBody, describe

Reply = Callable[[HTTPScope, Receive], Awaitable[bytes]]
Header = tuple[bytes, bytes]
Answer = Callable[[HTTPScope, Receive], Awaitable[tuple[int, list[Header], bytes]]]

ANSWER: Final = "answer"
"""The option of a bare route under which the front finds what answers: an `Answer`."""
Admit = Callable[[HTTPScope], Awaitable[None]]
"""Raises where the caller may not read."""

_REFUSED_TO_ALL: Final = {
    401: "Reading is not public here, and the token is missing or not valid.",
    429: "Too many requests in a minute.",
}

READING: Final = ("GET", "HEAD")
"""The methods that ask by the query string. To HEAD the server leaves out the body."""


def bare_route(path: str, reply: Reply, admit: Admit | None) -> ASGIRouteHandler:
    """Return the handler that sends the JSON that `reply` returns, or a refusal for what it raises.

    Without `admit` everybody may read.
    """
    admitted = reply if admit is None else _admitted(reply, admit)

    async def answer(scope: HTTPScope, receive: Receive) -> tuple[int, list[Header], bytes]:
        try:
            status, headers, body = 200, [], await admitted(scope, receive)
        except Exception as error:  # noqa: BLE001 -- the framework sees no error of a bare handler
            problem = describe(error)
            status, body = problem.status, problem.body
            headers = [(name.encode(), value.encode()) for name, value in problem.headers.items()]
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        return status, headers, body

    @asgi(path, copy_scope=False, opt={ANSWER: answer})
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        status, headers, body = await answer(cast("HTTPScope", scope), receive)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return handle


def _admitted(reply: Reply, admit: Admit) -> Reply:
    async def answer(scope: HTTPScope, receive: Receive) -> bytes:
        await admit(scope)
        return await reply(scope, receive)

    return answer


def operation(  # noqa: PLR0913 -- the parts of one operation
    operation_id: str,
    summary: str,
    description: str,
    *,
    answers: tuple[type[msgspec.Struct], str],
    refusals: dict[int, str],
    parameters: Sequence[Parameter] = (),
    body: RequestBody | None = None,
) -> Operation:
    """Return what the OpenAPI document tells of a call: `answers` is the shape of its answer, and what it is."""
    shape, told = answers
    return Operation(
        operation_id=operation_id,
        summary=summary,
        description=description,
        parameters=[*parameters] or None,
        request_body=body,
        security=BEARER_OR_NOTHING,
        responses={
            "200": answer_of(shape, told),
            **{
                str(status): answer_of(ProblemBody, text)
                for status, text in sorted((_REFUSED_TO_ALL | refusals).items())
            },
        },
    )

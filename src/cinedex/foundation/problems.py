"""Errors to HTTP: the one place that knows which status a refusal has, and the one shape of its body."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from cinedex.foundation import bodies, errors, request_ids

_STATUS: dict[type[errors.CinedexError], int] = {
    bodies.UnsupportedBody: 415,
    errors.Invalid: 400,
    errors.TooLarge: 413,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.TooSlow: 408,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}

_HTTP_MESSAGES = {
    404: ("not_found", "There is nothing at this address."),
    405: (errors.MethodNotAllowed.code, errors.MethodNotAllowed.message),
    413: (errors.TooLarge.code, errors.TooLarge.message),
}

TOLD: Final = "cinedex.told"
"""What the scope of a request holds whose failure is logged already."""

log = structlog.get_logger()


class ProblemBody(msgspec.Struct, omit_defaults=True):
    """The body of every error: `message` for people, `code` for programs, `errors` by field."""

    message: str
    code: str = ""
    errors: dict[str, str] = {}
    request_id: str = ""


class Problem(msgspec.Struct):
    """An error ready to send, by Litestar or by a bare ASGI handler."""

    status: int
    headers: dict[str, str]
    body: bytes


def describe(error: Exception) -> Problem:
    """Return the answer for any exception; an unexpected one is logged with its trace and shown without it."""
    request_id = request_ids.current()
    headers = {"x-request-id": request_id}
    if isinstance(error, errors.CinedexError):
        status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
        if error.retry_after_seconds is not None:
            headers["retry-after"] = str(error.retry_after_seconds)
        if isinstance(error, errors.MethodNotAllowed):
            headers["allow"] = error.allowed
        if isinstance(error, errors.TooSlow):
            # What still arrives belongs to this request, and nobody reads it.
            headers["connection"] = "close"
        if status == HTTPStatus.UNAUTHORIZED:
            headers["www-authenticate"] = "Bearer"
        body = ProblemBody(error.text, error.code, error.fields, request_id)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not error.is_told:
            log.warning("unavailable", code=error.code, request_id=request_id, cause=repr(error.__cause__))
    elif isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        status = error.status_code
        code, message = _HTTP_MESSAGES.get(status, ("invalid", error.detail or "The request is not valid."))
        if allow := (error.headers or {}).get("allow"):
            headers["allow"] = allow
        body = ProblemBody(message, code, {}, request_id)
    else:
        status = 500
        log.error("crash", request_id=request_id, exc_info=error)
        body = ProblemBody("Something went wrong on our side.", "internal_error", {}, request_id)
    return Problem(status, headers, msgspec.json.encode(body))


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a request that ended in `error`: Litestar's exception handler for everything."""
    problem = describe(error)
    if isinstance(error, errors.CinedexError) and error.is_told:
        cast("dict[str, Any]", request.scope)[TOLD] = True
    return Response(
        problem.body, status_code=problem.status, headers=problem.headers, media_type="application/json"
    )


HANDLERS: dict[int | type[Exception], Callable[..., Response[bytes]]] = {
    HTTPException: respond,
    Exception: respond,
}

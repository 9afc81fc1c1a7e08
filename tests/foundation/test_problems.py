"""Every error has one shape, and shows no more than it should."""

import json
from typing import Any

import pytest
from litestar.exceptions import HTTPException, MethodNotAllowedException
from structlog.testing import capture_logs

from cinedex.foundation import errors
from cinedex.foundation.bodies import UnsupportedBody
from cinedex.foundation.database import DatabaseUnavailable
from cinedex.foundation.problems import describe


class TakenAlready(errors.Conflict):
    message = "It is taken."
    code = "taken"


@pytest.mark.parametrize(
    ("error", "status", "message", "code"),
    [
        (errors.Invalid(), 400, "The request is not valid.", "invalid"),
        (errors.Unauthenticated(), 401, "Please log in.", "unauthenticated"),
        (errors.Forbidden(), 403, "You may not do this.", "forbidden"),
        (errors.NotFound(), 404, "Not found.", "not_found"),
        (
            errors.MethodNotAllowed("GET"),
            405,
            "This address does not answer to that method.",
            "method_not_allowed",
        ),
        (errors.Conflict("Taken"), 409, "Taken", "conflict"),
        (TakenAlready(), 409, "It is taken.", "taken"),
        (
            errors.PreconditionFailed(),
            412,
            "This has changed since you read it. Please read it again.",
            "precondition_failed",
        ),
        (errors.TooLarge(), 413, "The request is too large.", "too_large"),
        (UnsupportedBody(), 415, "The body must be JSON or form-encoded.", "unsupported_media_type"),
        (errors.Unavailable(), 503, "The service is busy. Please try again.", "unavailable"),
        (HTTPException("gone", status_code=410), 410, "gone", "invalid"),
        (
            HTTPException("no such route", status_code=404),
            404,
            "There is nothing at this address.",
            "not_found",
        ),
        (HTTPException("what", status_code=502), 500, "Something went wrong on our side.", "internal_error"),
        (KeyError("a secret"), 500, "Something went wrong on our side.", "internal_error"),
    ],
)
def test_status_message_and_code(error: Exception, status: int, message: str, code: str) -> None:
    with capture_logs() as logs:
        problem = describe(error)
    body: dict[str, Any] = json.loads(problem.body)
    assert problem.status == status
    assert (body["message"], body["code"]) == (message, code)
    assert body["request_id"] == problem.headers["x-request-id"]
    assert "secret" not in problem.body.decode()
    # What is our own fault is logged, with the number that the client was told.
    assert [log["request_id"] for log in logs] == ([body["request_id"]] if status >= 500 else [])


def test_fields_at_fault_are_named() -> None:
    body = json.loads(describe(errors.Invalid("No", fields={"year": "too early"})).body)
    assert body["errors"] == {"year": "too early"}
    assert "errors" not in json.loads(describe(errors.Invalid("No")).body)


def test_headers_that_the_status_asks_for() -> None:
    assert describe(errors.MethodNotAllowed("GET, POST")).headers["allow"] == "GET, POST"
    assert describe(errors.Unauthenticated()).headers["www-authenticate"] == "Bearer"
    assert describe(DatabaseUnavailable(retry_after_seconds=7)).headers["retry-after"] == "7"
    framework = MethodNotAllowedException(headers={"allow": "PUT"})
    assert describe(framework).headers["allow"] == "PUT"


def test_an_unexpected_error_is_logged_with_its_trace() -> None:
    error = ZeroDivisionError("a secret")
    with capture_logs() as logs:
        describe(error)
    assert [(log["event"], log["exc_info"]) for log in logs] == [("crash", error)]

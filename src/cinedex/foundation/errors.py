"""The kinds of error a service may raise. `problems.py` alone knows which HTTP status each one is."""

from collections.abc import Mapping
from typing import ClassVar


class CinedexError(Exception):
    """An expected refusal: it has a message for people and a code for programs, and is never a crash.

    A room's own errors derive from one of the kinds below and set `message` and `code`.
    """

    message: ClassVar[str] = "The request cannot be carried out."
    code: ClassVar[str] = "error"
    is_told: ClassVar[bool] = False
    """Whether whoever raises it has it logged, so that no line is written for each."""

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        self.text = message or self.message
        self.fields = dict(fields or {})
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self.text)


class Invalid(CinedexError):
    """The input is not acceptable; `fields` says which part and why."""

    message = "The request is not valid."
    code = "invalid"


class TooLarge(CinedexError):
    """The input is larger than the service reads."""

    message = "The request is too large."
    code = "too_large"


class TooSlow(CinedexError):
    """The rest of the request did not arrive in time."""

    message = "The request did not arrive in time."
    code = "request_timeout"


class TooManyRequests(CinedexError):
    """The caller asks too often; `retry_after_seconds` says when to ask again."""

    message = "Too many requests. Please wait a moment."
    code = "too_many_requests"


class Unauthenticated(CinedexError):
    """The caller has not shown who they are."""

    message = "Please log in."
    code = "unauthenticated"


class Forbidden(CinedexError):
    """The caller is known, and may not do this."""

    message = "You may not do this."
    code = "forbidden"


class NotFound(CinedexError):
    """The thing asked for is not there."""

    message = "Not found."
    code = "not_found"


class MethodNotAllowed(CinedexError):
    """The address does not answer to this method, only to those of `allowed`."""

    message = "This address does not answer to that method."
    code = "method_not_allowed"

    def __init__(self, allowed: str) -> None:
        super().__init__()
        self.allowed = allowed


class Conflict(CinedexError):
    """The change contradicts what is already stored."""

    message = "This conflicts with what is already there."
    code = "conflict"


class PreconditionFailed(CinedexError):
    """The thing to be changed is no longer as the caller read it."""

    message = "This has changed since you read it. Please read it again."
    code = "precondition_failed"


class Unavailable(CinedexError):
    """Something the service depends on does not answer now; trying again may help."""

    message = "The service is busy. Please try again."
    code = "unavailable"

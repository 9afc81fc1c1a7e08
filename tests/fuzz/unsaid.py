"""Rules that no schema can say. A refusal by one of them is right, though the document calls the request valid.

Schemathesis is told of each for the calls that have it, so that its checks stay on for all else.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from schemathesis import Case, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData

Refusal = dict[str, Any]
Rule = Callable[[Refusal], bool]


def blames(field: str, reason: str) -> Rule:
    """Return the rule that refuses `field` for a reason that holds `reason`, a pattern."""
    return lambda refusal: re.search(reason, refusal.get("errors", {}).get(field, "")) is not None


_PASSWORDS: Final = (
    "too common|words of this service|the same as the username|at least 8 characters|at most 128 characters"
)
_LOOK_ALIKE: Final = blames("username", "look alike")
# JSON has one kind of number, so that 1979.0 is an integer to a schema.
_INTEGERS: Final = [
    blames(field, "Expected int.* got float") for field in ("year", "votes", "year_from", "year_to", "limit")
]
_RANGE: Final = blames("year_from", "after year_to")
# Both names of the field count together.
_GENRES: Final = blames("genre", "at most 30")

_RULES: Final[dict[str, list[Rule]]] = {
    # A cursor is this list's own, or is refused.
    "GET /api/v1/movies": [_RANGE, blames("cursor", "not a cursor|of another text")],
    "GET /api/v1/search_movie": [_RANGE],
    "POST /api/v1/search_movie": [_RANGE, *_INTEGERS],
    "POST /api/v1/add_movie": [_GENRES, *_INTEGERS],
    # Something must be changed.
    "PATCH /api/v1/movies/{id}": [_GENRES, *_INTEGERS, lambda refusal: refusal["message"] == "Missing data"],
    # What a password is worth, and how long it is once it is composed.
    "POST /api/v1/register": [blames("password", _PASSWORDS), _LOOK_ALIKE],
    "PATCH /api/v1/me": [_LOOK_ALIKE],
    "POST /api/v1/me/password": [blames("new_password", _PASSWORDS)],
    "POST /api/v1/users/{id}/password": [blames("password", _PASSWORDS)],
    "POST /api/v1/keys": [blames("days", "Expected int.* got float")],
}

_CONDITIONS: Final = ("If-Match", "If-None-Match")
_BLANK: Final = re.compile(r"[?&](?:limit|cursor|year_from|year_to|score_from|sort|interpret)=(?:&|$)")
_YES_OR_NO: Final = re.compile(r"(?:^|&)(?:is_admin|disabled)=[01](?:&|$)")


def is_right(failure: Failure, case: Case[Any], response: Response) -> bool:
    """Say whether the service is right, and the check has asked for what the document cannot tell."""
    if isinstance(failure, AcceptedNegativeData):
        # In a form, yes and no may be written as 1 and 0, which are no booleans to a schema. Of an address, what is
        # left blank is not given.
        return (
            _YES_OR_NO.search(_sent(response)) is not None
            or _BLANK.search(response.request.url or "") is not None
        )
    if not isinstance(failure, RejectedPositiveData):
        return False
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        return "If-Match" in case.headers
    if response.status_code != HTTPStatus.BAD_REQUEST:
        return False
    return any(rule(response.json()) for rule in _RULES.get(case.operation.label, ()))


def mend(case: Case[Any]) -> None:
    """Put a tag where Schemathesis means to send one: its phase "coverage" writes nothing but letters into headers."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for name in _CONDITIONS:
        if '"' not in case.headers.get(name, '"'):
            case.headers[name] = "*"


def _sent(response: Response) -> str:
    body = response.request.body
    return body.decode(errors="replace") if isinstance(body, bytes) else str(body)

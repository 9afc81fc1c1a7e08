"""Every call answers as the OpenAPI document says, to everybody, whatever is sent."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from schemathesis.python.asgi import shutdown_lifespans

from catalogues import on_sqlite
from fuzz.document import SEED, Outcome, Plan, fuzz
from fuzz.peopled import ROLES, Peopled, header_of

PLAN = Plan.of_run()
# What takes one's own password, a token that was given out, or the id of what one has made oneself.
TAKES_LUCK = {
    "DELETE /api/v1/keys/{id}",
    "DELETE /api/v1/me",
    "DELETE /api/v1/sessions/{id}",
    "PATCH /api/v1/me",
    "POST /api/v1/login",
    "POST /api/v1/me/password",
    "POST /api/v1/refresh",
}


@pytest.fixture
def called(served: Peopled) -> Iterator[Peopled]:
    """The application in the loop of Schemathesis, which has to be told when to end it."""
    yield served
    shutdown_lifespans()


def checked(served: Peopled, caller: str, *, covers_bounds: bool) -> Outcome:
    """Call everything as somebody, and fail with what was found."""
    authorization = None if caller == "nobody" else header_of(caller)
    outcome = fuzz(served, authorization, PLAN, covers_bounds=covers_bounds)
    assert not outcome.faults, "\n\n".join([f"{SEED}={PLAN.seed}", *outcome.faults[:20]])
    return outcome


@pytest.mark.parametrize("caller", ["nobody", *ROLES])
def test_every_call_answers_as_it_says(called: Peopled, caller: str) -> None:
    checked(called, caller, covers_bounds=PLAN.is_long)


@on_sqlite
def test_the_bounds_of_every_field_are_as_they_are_told(called: Peopled, app: Litestar) -> None:
    outcome = checked(called, "admin", covers_bounds=True)
    documented = {
        f"{method.upper()} {path}"
        for path, calls in app.openapi_schema.to_schema()["paths"].items()
        for method in calls
    }
    # Nothing is proved by calls that are refused before they are read.
    assert documented - outcome.succeeded <= TAKES_LUCK

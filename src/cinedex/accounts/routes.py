"""Accounts over HTTP: make one, log in; the other files of routes have what comes after."""

from typing import Any, Final

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from cinedex.accounts import guards
from cinedex.accounts.audit_routes import ROUTES as AUDIT_ROUTES
from cinedex.accounts.key_routes import ROUTES as KEY_ROUTES
from cinedex.accounts.limits import AttemptLimits
from cinedex.accounts.models import device_name
from cinedex.accounts.own_routes import ROUTES as OWN_ROUTES
from cinedex.accounts.people_routes import ROUTES as PEOPLE_ROUTES
from cinedex.accounts.schemas import NEVER_STORED, Credentials, LoggedIn, Message, Registration
from cinedex.accounts.service import AccountService
from cinedex.accounts.session_routes import ROUTES as SESSION_ROUTES
from cinedex.foundation.addresses import client_of
from cinedex.foundation.bodies import read_fields
from cinedex.foundation.openapi import BEARER_OR_NOTHING, reads, refusals

_TAGS: Final = ["accounts"]


@post(
    "/api/v1/register",
    summary="Make an account",
    response_description="The account was made.",
    tags=_TAGS,
    operation_class=reads(Registration),
    responses=refusals(400, 401, 403, 409, 413, 415, 429, 503),
    security=BEARER_OR_NOTHING,
)
async def register(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    limits: NamedDependency[AttemptLimits],
) -> Message:
    """Make an account. An admin's token is needed only to make another admin."""
    new = await read_fields(request, Registration)
    await limits.registration(client_of(request.scope))
    actor = await guards.user_or_401(request, accounts) if new.is_admin else None
    await accounts.register(new.username, new.password, is_admin=bool(new.is_admin), actor=actor)
    return Message("Registration successful.")


@post(
    "/api/v1/login",
    status_code=200,
    summary="Log in",
    response_description="The session has begun.",
    tags=_TAGS,
    operation_class=reads(Credentials),
    responses=refusals(400, 401, 413, 415, 429, 503),
    cache_control=NEVER_STORED,
)
async def login(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    limits: NamedDependency[AttemptLimits],
) -> LoggedIn:
    """Begin a session: an access token, and a refresh token to renew it with."""
    given = await read_fields(request, Credentials)
    device = device_name(request.headers.get("user-agent", ""))
    async with limits.password(given.username, client_of(request.scope)):
        tokens = await accounts.login(given.username, given.password, device)
    return LoggedIn.of("Login successful.", tokens)


ROUTES: Final[list[HTTPRouteHandler]] = [
    register,
    login,
    *SESSION_ROUTES,
    *KEY_ROUTES,
    *AUDIT_ROUTES,
    *OWN_ROUTES,
    *PEOPLE_ROUTES,
]

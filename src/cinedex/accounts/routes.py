"""The calls of accounts over HTTP: parse, call the service, shape the reply."""

from typing import Any, Final

from litestar import Request, post
from litestar.datastructures import CacheControlHeader
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from cinedex.accounts import guards
from cinedex.accounts.models import Tokens
from cinedex.accounts.schemas import Credentials, LoggedIn, Message, Registration, Renewal
from cinedex.accounts.service import AccountService
from cinedex.foundation.bodies import read_fields
from cinedex.foundation.openapi import BEARER, BEARER_OR_NOTHING, reads, refusals

_TAGS: Final = ["accounts"]
_NEVER_STORED: Final = CacheControlHeader(no_store=True)


@post(
    "/api/v1/register",
    summary="Make an account",
    response_description="The account was made.",
    tags=_TAGS,
    operation_class=reads(Registration),
    responses=refusals(400, 401, 409, 413, 415, 503),
    security=BEARER_OR_NOTHING,
)
async def register(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> Message:
    """Make an account. An admin's token is needed only to make another admin."""
    new = await read_fields(request, Registration)
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
    responses=refusals(400, 401, 413, 415, 503),
    cache_control=_NEVER_STORED,
)
async def login(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> LoggedIn:
    """Begin a session: an access token, and a refresh token to renew it with."""
    given = await read_fields(request, Credentials)
    return _logged_in("Login successful.", await accounts.login(given.username, given.password))


@post(
    "/api/v1/refresh",
    status_code=200,
    summary="Renew an access token",
    response_description="The session goes on with these tokens.",
    tags=_TAGS,
    operation_class=reads(Renewal),
    responses=refusals(400, 401, 413, 415, 503),
    cache_control=_NEVER_STORED,
)
async def refresh(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> LoggedIn:
    """Exchange a refresh token for new tokens. It is good for one use: a second ends the session."""
    given = await read_fields(request, Renewal)
    return _logged_in("Token refreshed.", await accounts.sessions.refresh(given.refresh_token))


@post(
    "/api/v1/logout",
    status_code=200,
    summary="Log out",
    response_description="The session has ended.",
    tags=_TAGS,
    responses=refusals(401, 503),
    security=BEARER,
)
async def logout(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> Message:
    """End the session of the token: its access and refresh tokens are refused from now on."""
    await accounts.sessions.logout(guards.bearer_token(request))
    return Message("Logout successful.")


def _logged_in(message: str, tokens: Tokens) -> LoggedIn:
    return LoggedIn(message, tokens.access, tokens.refresh, tokens.expires_in)


ROUTES: Final[list[HTTPRouteHandler]] = [register, login, refresh, logout]

"""Sessions over HTTP: renew one, end one or all, and see from where one is logged in."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from litestar import HttpMethod, Request, delete, post, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from cinedex.accounts import guards
from cinedex.accounts.schemas import NEVER_STORED, LoggedIn, Message, Renewal, SessionBody, SessionList
from cinedex.accounts.service import AccountService
from cinedex.foundation.bodies import read_fields
from cinedex.foundation.openapi import BEARER, reads, refusals

_TAGS: Final = ["accounts"]
_SessionId = Annotated[str, PathParameter(name="id", description="As the list of sessions tells it.")]


@post(
    "/api/v1/refresh",
    status_code=200,
    summary="Renew an access token",
    response_description="The session goes on with these tokens.",
    tags=_TAGS,
    operation_class=reads(Renewal),
    responses=refusals(400, 401, 413, 415, 503),
    cache_control=NEVER_STORED,
)
async def refresh(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> LoggedIn:
    """Exchange a refresh token for new tokens. It is good for one use: a second ends the session."""
    given = await read_fields(request, Renewal)
    return LoggedIn.of("Token refreshed.", await accounts.sessions.refresh(given.refresh_token))


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


@post(
    "/api/v1/logout_all",
    status_code=200,
    summary="Log out everywhere",
    response_description="All sessions have ended.",
    tags=_TAGS,
    responses=refusals(401, 403, 503),
    security=BEARER,
)
async def logout_all(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> Message:
    """End all sessions of the account, this one too."""
    user = await guards.user_or_401(request, accounts)
    await accounts.sessions.end_all(user.id)
    return Message("Logout successful.")


@route(
    "/api/v1/sessions",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    summary="List your sessions",
    response_description="The sessions that stand, the last used first; a hundred at most.",
    tags=_TAGS,
    responses=refusals(401, 403, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def list_sessions(
    request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]
) -> SessionList:
    """Return from where the account is logged in; `current` is the session of this call."""
    caller = await guards.caller_or_401(request, accounts)
    found = await accounts.sessions.of(caller.user.id)
    return SessionList([SessionBody.of(session, current=caller.session_id) for session in found])


@delete(
    "/api/v1/sessions/{id:str}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="End a session",
    response_description="The session has ended.",
    tags=_TAGS,
    responses=refusals(400, 401, 403, 404, 503),
    security=BEARER,
)
async def end_session(
    request: Request[Any, Any, Any], session_id: _SessionId, accounts: NamedDependency[AccountService]
) -> None:
    """End one of the account's sessions: whoever holds its tokens is logged out."""
    user = await guards.user_or_401(request, accounts)
    await accounts.sessions.end(user.id, session_id)


ROUTES: Final[list[HTTPRouteHandler]] = [refresh, logout, logout_all, list_sessions, end_session]

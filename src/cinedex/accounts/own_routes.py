"""What people do about their own account over HTTP: see it, rename it, set its password, delete it."""

from http import HTTPStatus
from typing import Any, Final

from litestar import HttpMethod, Request, Response, delete, patch, post, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from cinedex.accounts import guards
from cinedex.accounts.limits import AttemptLimits
from cinedex.accounts.schemas import NEVER_STORED, Confirmation, PasswordChange, Rename, UserBody
from cinedex.accounts.service import AccountService
from cinedex.foundation.addresses import client_of
from cinedex.foundation.bodies import read_fields
from cinedex.foundation.openapi import BEARER, reads, refusals

_PATH: Final = "/api/v1/me"
_TAGS: Final = ["accounts"]


@route(
    _PATH,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    summary="See your account",
    response_description="The account as it is now.",
    tags=_TAGS,
    responses=refusals(401, 403, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def read_me(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> UserBody:
    """Return the account that the token is of."""
    return UserBody.of((await guards.holder_or_401(request, accounts, "read")).user)


@patch(
    _PATH,
    summary="Change your name",
    response_description="The account as it is now.",
    tags=_TAGS,
    operation_class=reads(Rename),
    responses=refusals(400, 401, 403, 409, 413, 415, 429, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def rename_me(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    limits: NamedDependency[AttemptLimits],
) -> UserBody:
    """Take another name, or another spelling of the same; the password is asked for. Sessions go on."""
    user = await guards.user_or_401(request, accounts)
    wanted = await read_fields(request, Rename)
    async with limits.password(user.username, client_of(request.scope)):
        renamed = await accounts.rename(user, wanted.username, wanted.password)
    return UserBody.of(renamed)


@delete(
    _PATH,
    status_code=HTTPStatus.NO_CONTENT,
    summary="Delete your account",
    response_description="The account is gone, and its sessions with it.",
    tags=_TAGS,
    operation_class=reads(Confirmation),
    responses=refusals(400, 401, 403, 409, 413, 415, 429, 503),
    security=BEARER,
)
async def delete_me(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    limits: NamedDependency[AttemptLimits],
) -> None:
    """Delete the account for good; its password is asked for. The last admin stays."""
    user = await guards.user_or_401(request, accounts)
    given = await read_fields(request, Confirmation)
    async with limits.password(user.username, client_of(request.scope)):
        await accounts.delete_own(user, given.password)


@post(
    f"{_PATH}/password",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Change your password",
    response_description="The password is another one.",
    tags=_TAGS,
    operation_class=reads(PasswordChange),
    responses=refusals(400, 401, 403, 413, 415, 429, 503),
    security=BEARER,
)
async def change_my_password(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    limits: NamedDependency[AttemptLimits],
) -> None:
    """Set another password. All sessions but this one end."""
    caller = await guards.caller_or_401(request, accounts)
    given = await read_fields(request, PasswordChange)
    async with limits.password(caller.user.username, client_of(request.scope)):
        await accounts.change_password(caller, given.current_password, given.new_password)


@route(_PATH, http_method=HttpMethod.OPTIONS, status_code=HTTPStatus.NO_CONTENT, include_in_schema=False)
async def tell_my_methods() -> Response[None]:
    """Name all methods of the account, as of a film."""
    return Response(None, headers={"allow": "DELETE, GET, HEAD, OPTIONS, PATCH"})


ROUTES: Final[list[HTTPRouteHandler]] = [tell_my_methods, read_me, rename_me, delete_me, change_my_password]

"""What admins do about accounts over HTTP: list, read, change, set a password, delete."""

import re
from http import HTTPStatus
from typing import Annotated, Any, Final

from litestar import HttpMethod, Request, Response, delete, patch, post, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIType
from litestar.params import PathParameter

from cinedex.accounts.guards import admin_or_403
from cinedex.accounts.people import PeopleService
from cinedex.accounts.refusals import UserNotFound
from cinedex.accounts.schemas import NEVER_STORED, PasswordReset, UserBody, UserList, UserPatch, UserQuery
from cinedex.accounts.service import AccountService
from cinedex.foundation.bodies import decode_query, read_fields
from cinedex.foundation.openapi import BEARER, parameters_of, reads, refusals

_LIST: Final = "/api/v1/users"
_PATH: Final = "/api/v1/users/{id:str}"
_ID: Final = re.compile("[1-9][0-9]{0,17}")
_TAGS: Final = ["people"]

# Read as text, so that what is no id is answered as any other account that is not there.
_UserId = Annotated[
    str,
    PathParameter(name="id", schema_extra={"type": OpenAPIType.INTEGER, "minimum": 1}),
]


@route(
    _LIST,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    summary="List accounts",
    response_description="A page of accounts, the oldest first.",
    tags=_TAGS,
    operation_class=reads(headers=parameters_of(UserQuery)),
    responses=refusals(400, 401, 403, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def list_users(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    people: NamedDependency[PeopleService],
) -> UserList:
    """Return accounts, all or those whose names begin with `q`. For admins."""
    await admin_or_403(request, accounts)
    asked = decode_query(request.scope["query_string"], UserQuery)
    found = await people.page(asked.q.strip(), int(asked.cursor or 0), asked.limit + 1)
    page = found[: asked.limit]
    return UserList(
        [UserBody.of(user) for user in page], str(page[-1].id) if len(found) > len(page) else None
    )


@route(
    _PATH,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    summary="See an account",
    response_description="The account as it is now.",
    tags=_TAGS,
    responses=refusals(400, 401, 403, 404, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def read_user(
    request: Request[Any, Any, Any],
    user_id: _UserId,
    accounts: NamedDependency[AccountService],
    people: NamedDependency[PeopleService],
) -> UserBody:
    """Return an account. For admins."""
    await admin_or_403(request, accounts)
    return UserBody.of(await people.get(_number(user_id)))


@patch(
    _PATH,
    summary="Change an account",
    response_description="The account as it is now.",
    tags=_TAGS,
    operation_class=reads(UserPatch),
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def change_user(
    request: Request[Any, Any, Any],
    user_id: _UserId,
    accounts: NamedDependency[AccountService],
    people: NamedDependency[PeopleService],
) -> UserBody:
    """Change an account's role, or disable it: its sessions end at once. The last admin stays. For admins."""
    actor = await admin_or_403(request, accounts)
    wanted = await read_fields(request, UserPatch)
    changed = await people.change(_number(user_id), role=wanted.role, disabled=wanted.disabled, actor=actor)
    return UserBody.of(changed)


@delete(
    _PATH,
    status_code=HTTPStatus.NO_CONTENT,
    summary="Delete an account",
    response_description="The account is gone, and its sessions with it.",
    tags=_TAGS,
    responses=refusals(400, 401, 403, 404, 409, 503),
    security=BEARER,
)
async def delete_user(
    request: Request[Any, Any, Any],
    user_id: _UserId,
    accounts: NamedDependency[AccountService],
    people: NamedDependency[PeopleService],
) -> None:
    """Delete an account for good; its id is never used again. The last admin stays. For admins."""
    actor = await admin_or_403(request, accounts)
    await people.delete(_number(user_id), actor=actor)


@post(
    f"{_PATH}/password",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Set a password for somebody",
    response_description="The password is another one.",
    tags=_TAGS,
    operation_class=reads(PasswordReset),
    responses=refusals(400, 401, 403, 404, 413, 415, 503),
    security=BEARER,
)
async def set_password(
    request: Request[Any, Any, Any],
    user_id: _UserId,
    accounts: NamedDependency[AccountService],
    people: NamedDependency[PeopleService],
) -> None:
    """Set another password for somebody, whose sessions end. For admins."""
    actor = await admin_or_403(request, accounts)
    wanted = await read_fields(request, PasswordReset)
    await people.set_password(_number(user_id), wanted.password, actor=actor)


@route(_PATH, http_method=HttpMethod.OPTIONS, status_code=HTTPStatus.NO_CONTENT, include_in_schema=False)
async def tell_user_methods(user_id: _UserId) -> Response[None]:  # noqa: ARG001 -- part of the address
    """Name all methods of an account, as of a film."""
    return Response(None, headers={"allow": "DELETE, GET, HEAD, OPTIONS, PATCH"})


def _number(user_id: str) -> int:
    """Return the id as a number. Raises UserNotFound for what is no id."""
    if not _ID.fullmatch(user_id):
        raise UserNotFound
    return int(user_id)


ROUTES: Final[list[HTTPRouteHandler]] = [
    tell_user_methods,
    list_users,
    read_user,
    change_user,
    delete_user,
    set_password,
]

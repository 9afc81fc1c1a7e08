"""API keys over HTTP: make one, list them, revoke one. A key cannot do that: it takes a login."""

import re
from http import HTTPStatus
from typing import Annotated, Any, Final

from litestar import HttpMethod, Request, Response, delete, post, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIType
from litestar.params import PathParameter

from cinedex.accounts import guards
from cinedex.accounts.key_schemas import KeyBody, KeyList, KeyMade, KeyToMake
from cinedex.accounts.limits import AttemptLimits
from cinedex.accounts.refusals import KeyNotFound
from cinedex.accounts.schemas import NEVER_STORED
from cinedex.accounts.service import AccountService
from cinedex.foundation.addresses import client_of
from cinedex.foundation.bodies import read_fields
from cinedex.foundation.openapi import BEARER, reads, refusals

_LIST: Final = "/api/v1/keys"
_ID: Final = re.compile("[1-9][0-9]{0,17}")
_TAGS: Final = ["keys"]

_KeyId = Annotated[str, PathParameter(name="id", schema_extra={"type": OpenAPIType.INTEGER, "minimum": 1})]


@post(
    _LIST,
    summary="Make an API key",
    response_description="The key, which is shown this once.",
    tags=_TAGS,
    operation_class=reads(KeyToMake),
    responses=refusals(400, 401, 403, 409, 413, 415, 429, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def make_key(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    limits: NamedDependency[AttemptLimits],
) -> KeyMade:
    """Make a key for programs; the password is asked for, since a key outlives the session.

    It does what its scopes name and its owner may do at that moment.
    """
    user = await guards.user_or_401(request, accounts)
    wanted = await read_fields(request, KeyToMake)
    async with limits.password(user.username, client_of(request.scope)):
        await accounts.confirm(user, wanted.password)
    key, secret = await accounts.keys.make(user, wanted.name, wanted.scopes, wanted.days)
    return KeyMade(secret, KeyBody.of(key))


@route(
    _LIST,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    summary="List your API keys",
    response_description="The keys, the oldest first.",
    tags=_TAGS,
    responses=refusals(401, 403, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def list_keys(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> KeyList:
    """Return the account's keys: what they are for, and not what they are."""
    user = await guards.user_or_401(request, accounts)
    return KeyList([KeyBody.of(key) for key in await accounts.keys.of(user.id)])


@delete(
    f"{_LIST}/{{id:str}}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Revoke an API key",
    response_description="The key is refused from now on.",
    tags=_TAGS,
    responses=refusals(400, 401, 403, 404, 503),
    security=BEARER,
)
async def revoke_key(
    request: Request[Any, Any, Any], key_id: _KeyId, accounts: NamedDependency[AccountService]
) -> None:
    """Revoke one of the account's keys, at once and for good."""
    user = await guards.user_or_401(request, accounts)
    if not _ID.fullmatch(key_id):
        raise KeyNotFound
    await accounts.keys.revoke(user.id, int(key_id))


@route(_LIST, http_method=HttpMethod.OPTIONS, status_code=HTTPStatus.NO_CONTENT, include_in_schema=False)
async def tell_key_methods() -> Response[None]:
    """Name all methods of the keys, as of a film."""
    return Response(None, headers={"allow": "GET, HEAD, OPTIONS, POST"})


ROUTES: Final[list[HTTPRouteHandler]] = [tell_key_methods, make_key, list_keys, revoke_key]

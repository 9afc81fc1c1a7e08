"""Who is calling: from the Authorization or X-API-Key header to a User, or a refusal.

A route of any room takes the request and the dependency `accounts`, and asks before it does anything:

    async def add(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> ...:
        await editor_or_403(request, accounts)

`editor_or_401` is for the old call, which ends in 403 for all newer ones: `editor_or_403` where films are changed,
`admin_or_403` where accounts are. Each asks the database once, so a session that has ended, a key that was revoked,
or an admin who is one no more is refused at once, by every worker. A key needs the scope, and its owner the role.
"""

from typing import Any

from litestar import Request

from cinedex.accounts.key_secrets import PREFIX
from cinedex.accounts.models import Caller, Scope, User
from cinedex.accounts.refusals import KeyMayNot, MayNot, MayNotEdit, NotAdmin, NotEditor, TokenMissing
from cinedex.accounts.service import AccountService
from cinedex.foundation import origins


async def caller_or_401(request: Request[Any, Any, Any], accounts: AccountService) -> Caller:
    """Return the caller and their session.

    Raises TokenMissing without a token, TokenRefused with a bad one, KeyMayNot (403) with a key: it takes a login.
    """
    if (key := api_key(request)) is not None:
        await accounts.keys.caller(key)
        raise KeyMayNot
    return _known(await accounts.sessions.caller(bearer_token(request)))


async def user_or_401(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller. Raises as `caller_or_401`."""
    return (await caller_or_401(request, accounts)).user


async def holder_or_401(request: Request[Any, Any, Any], accounts: AccountService, scope: Scope) -> Caller:
    """Return the caller, by a token or by a key with this scope.

    Raises TokenMissing without either, TokenRefused or KeyRefused with a bad one, KeyMayNot (403) without the scope.
    """
    key = api_key(request)
    if key is None:
        return _known(await accounts.sessions.caller(bearer_token(request)))
    caller = await accounts.keys.caller(key)
    if not caller.may(scope):
        raise KeyMayNot
    return _known(caller)


async def admin_or_401(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller, an admin. Raises as `holder_or_401`, and NotAdmin (401) for all others."""
    user = (await holder_or_401(request, accounts, "admin")).user
    if not user.is_admin:
        raise NotAdmin
    return user


async def admin_or_403(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller, an admin. Raises as `holder_or_401`, and MayNot (403) for all others."""
    user = (await holder_or_401(request, accounts, "admin")).user
    if not user.is_admin:
        raise MayNot
    return user


async def editor_or_401(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller, an editor or admin. Raises as `holder_or_401`, and NotEditor (401) for all others."""
    user = (await holder_or_401(request, accounts, "write")).user
    if not user.may_edit:
        raise NotEditor
    return user


async def editor_or_403(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller, an editor or admin. Raises as `holder_or_401`, and MayNotEdit (403) for all others."""
    user = (await holder_or_401(request, accounts, "write")).user
    if not user.may_edit:
        raise MayNotEdit
    return user


def _known(caller: Caller) -> Caller:
    """Have what is done from now on told of the caller."""
    by = f"key {caller.key.id}" if caller.key else f"session {caller.session_id}"
    origins.identify(caller.user.id, caller.user.username, by)
    return caller


def api_key(request: Request[Any, Any, Any]) -> str | None:
    """Return the API key of the request's headers, None when there is none."""
    given = request.headers.get("x-api-key", "").strip()
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not given and scheme.lower() == "bearer" and token.strip().startswith(PREFIX):
        given = token.strip()
    return given or None


def bearer_token(request: Request[Any, Any, Any]) -> str:
    """Return the token of the Authorization header. Raises TokenMissing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing
    return token.strip()

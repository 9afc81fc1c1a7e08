"""Who is calling: from the Authorization header to a User, or a refusal.

A route of any room takes the request and the dependency `accounts`, and asks before it does anything:

    async def add(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> ...:
        await editor_or_403(request, accounts)

`admin_or_401` is for the old calls, those that end in 403 for all newer ones: `editor_or_403` where films are
changed, `admin_or_403` where accounts are. Each asks the database once, so a session that has ended or an admin
who is one no more is refused at once, by every worker.
"""

from typing import Any

from litestar import Request

from cinedex.accounts.models import Caller, User
from cinedex.accounts.refusals import MayNot, MayNotEdit, NotAdmin, TokenMissing
from cinedex.accounts.service import AccountService


async def caller_or_401(request: Request[Any, Any, Any], accounts: AccountService) -> Caller:
    """Return the caller and their session. Raises TokenMissing without a token, TokenRefused with a bad one."""
    return await accounts.sessions.caller(bearer_token(request))


async def user_or_401(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller. Raises as `caller_or_401`."""
    return (await caller_or_401(request, accounts)).user


async def admin_or_401(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller, an admin. Raises as `user_or_401`, and NotAdmin (401) for all others."""
    user = await user_or_401(request, accounts)
    if not user.is_admin:
        raise NotAdmin
    return user


async def admin_or_403(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller, an admin. Raises as `user_or_401`, and MayNot (403) for all others."""
    user = await user_or_401(request, accounts)
    if not user.is_admin:
        raise MayNot
    return user


async def editor_or_403(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller, an editor or admin. Raises as `user_or_401`, and MayNotEdit (403) for all others."""
    user = await user_or_401(request, accounts)
    if not user.may_edit:
        raise MayNotEdit
    return user


def bearer_token(request: Request[Any, Any, Any]) -> str:
    """Return the token of the Authorization header. Raises TokenMissing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing
    return token.strip()

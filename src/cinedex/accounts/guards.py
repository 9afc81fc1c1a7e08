"""Who is calling: from the Authorization header to a User, or a refusal.

A route of any room takes the request and the dependency `accounts`, and asks before it does anything:

    async def add(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> ...:
        await admin_or_401(request, accounts)

`admin_or_401` is for the four old calls, `admin_or_403` for all newer ones. Each asks the database once,
so a logged-out session or a demoted admin is refused at once, by every worker.
"""

from typing import Any

from litestar import Request

from cinedex.accounts.models import User
from cinedex.accounts.refusals import MayNot, NotAdmin, TokenMissing
from cinedex.accounts.service import AccountService


async def user_or_401(request: Request[Any, Any, Any], accounts: AccountService) -> User:
    """Return the caller. Raises TokenMissing without a token, TokenRefused with one that is no good."""
    return await accounts.sessions.user_of(bearer_token(request))


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


def bearer_token(request: Request[Any, Any, Any]) -> str:
    """Return the token of the Authorization header. Raises TokenMissing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing
    return token.strip()

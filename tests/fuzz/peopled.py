"""The service with somebody of each role who is always there, whatever calls have done to those before."""

import asyncio
import secrets
from contextvars import Context
from typing import Final, Literal, get_args

from litestar.types import ASGIApp, Receive, Scope, Send

from cinedex.foundation.errors import CinedexError
from cinedex.services import Services

Role = Literal["user", "editor", "admin", "key"]
"""Who calls; a key is an admin's, and has all scopes."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)
PASSWORD: Final = "correct horse battery"


def header_of(role: str) -> str:
    """Return the Authorization header that `Peopled` takes for "somebody of this role"."""
    return f"Bearer as-{role}"


class Peopled:
    """An ASGI application that answers as the service does, except that a role may stand where a token stands.

    A call may log out, demote or delete whoever makes it, or anybody else. So whoever is meant is looked for before
    each request, and another account is made where they are gone, or are not any more what they were.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._tokens: dict[Role, str] = {}
        self._roles: dict[bytes, Role] = {header_of(role).encode(): role for role in ROLES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["headers"] = [(name, await self._shown(value)) for name, value in scope.get("headers", ())]
        await self._app(scope, receive, send)

    async def _shown(self, value: bytes) -> bytes:
        role = self._roles.get(value)
        return value if role is None else b"Bearer " + (await self._token(role)).encode()

    async def _token(self, role: Role) -> str:
        token = self._tokens.get(role)
        if token is None or not await self._is_good(role, token):
            # In a context of its own: whoever called last has not made them.
            made = asyncio.get_running_loop().create_task(self._made(role), context=Context())
            token = self._tokens[role] = await made
        return token

    async def _is_good(self, role: Role, token: str) -> bool:
        accounts = self._services.accounts
        try:
            caller = await (accounts.keys if role == "key" else accounts.sessions).caller(token)
        except CinedexError:
            return False
        return not caller.user.is_disabled and caller.user.role == _account_role(role)

    async def _made(self, role: Role) -> str:
        accounts, people = self._services.accounts, self._services.people
        name = f"{role} {secrets.token_hex(8)}"
        await accounts.register(name, PASSWORD)
        user = await people.change((await people.named(name)).id, role=_account_role(role))
        if role == "key":
            _, key = await accounts.keys.make(user, "all", sorted(user.scopes), None)
            return key
        return (await accounts.login(name, PASSWORD)).access


def _account_role(role: Role) -> Literal["user", "editor", "admin"]:
    return "admin" if role == "key" else role

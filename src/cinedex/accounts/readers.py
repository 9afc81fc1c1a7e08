"""Who may read films: everybody, or those who have shown who they are; and how often."""

import time
from collections.abc import Callable
from typing import Any, Final

from litestar import Request
from litestar.types import HTTPScope

from cinedex.accounts import guards
from cinedex.accounts.refusals import KeyRefused
from cinedex.accounts.service import AccountService
from cinedex.foundation.addresses import client_of, group_of
from cinedex.foundation.rate_limit import RateLimit

KNOWN_SECONDS: Final = 5.0
"""How long it is remembered whose key is counted, where reading is public: nobody is let in by that."""

_MOST_KNOWN: Final = 10_000


class Readers:
    """Lets readers in. `limit` is None where there is none."""

    def __init__(
        self,
        accounts: AccountService,
        limit: RateLimit | None,
        *,
        is_public: bool,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = accounts
        self._limit = limit
        self._is_public = is_public
        self._monotonic = monotonic
        self._known: dict[str, tuple[str, float]] = {}

    @property
    def are_all(self) -> bool:
        """Whether everybody may read as often as they like, so that nobody need be asked."""
        return self._is_public and self._limit is None

    async def admit(self, scope: HTTPScope) -> None:
        """Let a request read films.

        Raises TooManyRequests; where reading is not public also as `guards.holder_or_401`. Where it is, nothing that a
        caller shows is refused.
        """
        client = group_of(client_of(scope))
        if not self._is_public:
            caller = await guards.holder_or_401(Request[Any, Any, Any](scope), self._accounts, "read")
            if caller.key:
                client = f"key {caller.key.id}"
        elif (key := guards.api_key(Request[Any, Any, Any](scope))) is not None:
            client = await self._client_of_key(key, client)
        if self._limit:
            await self._limit.take(client)

    async def _client_of_key(self, key: str, otherwise: str) -> str:
        now = self._monotonic()
        client, until = self._known.get(key, ("", 0.0))
        if now >= until:
            client = await self._ask_for(key)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = (client, now + KNOWN_SECONDS)
        return client or otherwise

    async def _ask_for(self, key: str) -> str:
        try:
            caller = await self._accounts.keys.caller(key)
        except KeyRefused:
            return ""
        return f"key {caller.key.id}" if caller.key else ""

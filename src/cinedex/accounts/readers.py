"""Who may read films: everybody, or those who have shown who they are; and how often."""

from typing import Any

from litestar import Request
from litestar.types import HTTPScope

from cinedex.accounts import guards
from cinedex.accounts.service import AccountService
from cinedex.foundation.addresses import client_of, group_of
from cinedex.foundation.rate_limit import RateLimit


class Readers:
    """Lets readers in. `limit` is None where there is none."""

    def __init__(self, accounts: AccountService, limit: RateLimit | None, *, is_public: bool) -> None:
        self._accounts = accounts
        self._limit = limit
        self._is_public = is_public

    @property
    def are_all(self) -> bool:
        """Whether everybody may read as often as they like, so that nobody need be asked."""
        return self._is_public and self._limit is None

    async def admit(self, scope: HTTPScope) -> None:
        """Let a request read films.

        Raises TooManyRequests; where reading is not public also TokenMissing and TokenRefused.
        """
        if not self._is_public:
            await guards.user_or_401(Request[Any, Any, Any](scope), self._accounts)
        if self._limit:
            await self._limit.take(group_of(client_of(scope)))

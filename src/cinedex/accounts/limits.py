"""How often somebody may try: a delay after failures that grows and is forgotten, and never a lock.

Whoever shows a password is counted here, at a login and wherever it is asked for again.

Attempts are counted before they are made and struck out when they succeed, so that a hundred at the same time are
a hundred. `docs/decisions/0011-limits.md` has the reasons.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import blake2b
from typing import Final

from cinedex.accounts import attempt_store
from cinedex.accounts.attempts import Attempts
from cinedex.accounts.models import username_key
from cinedex.accounts.refusals import CredentialsRefused, WrongPassword
from cinedex.foundation.addresses import group_of
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database
from cinedex.foundation.errors import CinedexError, TooManyRequests

FREE: Final = 5
"""Attempts of one address on one account before there is a delay."""
FREE_WHERE_KNOWN: Final = 20
"""The same where the address is known to the account."""
FREE_OF_ACCOUNT: Final = 100
"""Attempts on one account from all addresses that it does not know."""
FREE_OF_ADDRESS: Final = 50
"""Attempts of one address on all accounts that do not know it."""

_CLEAN_SECONDS: Final = 600


class TooManyAttempts(TooManyRequests):
    """There were too many failures; the next attempt may be made in a moment."""

    message = "Too many attempts. Please wait a moment."


class AttemptLimits:
    """Delays those who fail to log in, and those who make many accounts; all processes count together."""

    def __init__(self, database: Database, registrations_per_hour: int, clock: Clock = utc_now) -> None:
        self._database = database
        self._registrations = registrations_per_hour
        self._clock = clock
        self._clean_at = 0

    @asynccontextmanager
    async def password(self, username: str, address: str) -> AsyncIterator[None]:
        """Open an attempt to show the password of `username`, which the block checks.

        It has failed when the block raises CredentialsRefused or WrongPassword, or breaks off; at any other refusal
        none was made. Raises TooManyAttempts where another one has to wait.
        """
        account, client = username_key(username), group_of(address)
        pair = _key("pair", account, client)
        others = {_key("account", account): FREE_OF_ACCOUNT, _key("address", client): FREE_OF_ADDRESS}
        counted = await self._begin(pair, others, FREE)
        try:
            yield
        except (CredentialsRefused, WrongPassword):
            raise
        except CinedexError:
            await self._strike_out(counted)
            raise
        await self._strike_out(counted, succeeded=pair)

    async def registration(self, address: str) -> None:
        """Count that an account is to be made from this address. Raises TooManyAttempts."""
        if self._registrations:
            await self._begin(_key("register", group_of(address)), {}, self._registrations)

    async def _begin(self, first: str, others: Mapping[str, int], free: int) -> list[str]:
        """Count an attempt under `first`, and under the others unless it is known; return those that were counted."""
        now = int(self._clock().timestamp())
        await self._clean(now)
        keys = sorted([first, *others])
        # Who has to wait is refused without writing anything.
        async with self._database.reading() as connection:
            _counted(await attempt_store.read(connection, keys), first, others, free, now)
        async with self._database.transaction() as connection:
            counted = _counted(await attempt_store.lock(connection, keys), first, others, free, now)
            await attempt_store.save(connection, counted)
        return [attempts.key for attempts in counted]

    async def _strike_out(self, counted: Sequence[str], succeeded: str = "") -> None:
        """Count no attempt, since none was made or it has succeeded, which is known under the key `succeeded`."""
        now = int(self._clock().timestamp())
        async with self._database.transaction() as connection:
            rows = await attempt_store.lock(connection, sorted(counted))
            told = [row.succeeded(now) if row.key == succeeded else row.one_less() for row in rows]
            await attempt_store.save(connection, told)

    async def _clean(self, now: int) -> None:
        if now < self._clean_at:
            return
        self._clean_at = now + _CLEAN_SECONDS
        async with self._database.transaction() as connection:
            await attempt_store.delete_forgotten(connection, now)


def _counted(
    rows: Sequence[Attempts], first: str, others: Mapping[str, int], free: int, now: int
) -> list[Attempts]:
    """Return the rows that count one more attempt, as they are then. Raises TooManyAttempts."""
    found = {row.key: row for row in rows}
    row = found.get(first, Attempts(first))
    is_known = now < row.known_until
    # Who fails elsewhere must not keep an account's owner out.
    frees = {first: FREE_WHERE_KNOWN} if is_known else {first: free, **others}
    counting = {key: found.get(key, Attempts(key)) for key in frees}
    if wait := max(one.wait_seconds(now) for one in counting.values()):
        raise TooManyAttempts(retry_after_seconds=wait)
    return [one.one_more(frees[key], now) for key, one in counting.items()]


def _key(*parts: str) -> str:
    """Return what names and addresses are kept under: nobody can read them there."""
    return blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()

"""API keys: made and revoked by their owners, and good for what those may do."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from cinedex.accounts import key_store
from cinedex.accounts.key_secrets import key_hash, new_key
from cinedex.accounts.models import Caller, Key, Scope, User
from cinedex.accounts.refusals import KeyNotFound, KeyRefused, MayNotGrant, TooManyKeys
from cinedex.foundation import audit
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database, DatabaseUnavailable
from cinedex.foundation.errors import Invalid
from cinedex.foundation.text import clean_name

LONGEST_KEY_NAME: Final = 80
MOST_KEYS: Final = 100

_DAY_SECONDS: Final = 86_400
_NOTED_SECONDS: Final = 60


class KeyService:
    """Makes, lists and revokes keys, and says who holds one."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def make(self, user: User, name: str, scopes: Sequence[Scope], days: int | None) -> tuple[Key, str]:
        """Make a key that is good for so many days, or until it is revoked; return it, and what to send.

        Raises Invalid for a name that cannot be one or without a scope, MayNotGrant for a scope that the owner's role
        does not cover, TooManyKeys.
        """
        name = clean_name(name.strip(), "name", limit=LONGEST_KEY_NAME)
        granted = sorted(set(scopes))
        if not granted:
            raise Invalid("scopes: at least one is needed", fields={"scopes": "at least one is needed"})
        if not set(granted) <= user.scopes:
            raise MayNotGrant
        secret, now = new_key(), self._now()
        hashed = key_hash(secret)
        assert hashed  # noqa: S101 -- it was made just now
        expires_at = None if days is None else now + days * _DAY_SECONDS
        key = Key(0, name, tuple(granted), now, expires_at, None)
        async with self._database.transaction() as connection:
            if await key_store.count_keys(connection, user.id) >= MOST_KEYS:
                raise TooManyKeys
            key = await key_store.insert_key(connection, user.id, key, hashed)
            detail = f"key {key.id}: {name}, for {' '.join(granted)}"
            await audit.note(connection, "key made", f"account {user.id}", detail)
        return key, secret

    async def of(self, user_id: int) -> list[Key]:
        """Return the keys of an account, the oldest first."""
        async with self._database.reading() as connection:
            return await key_store.keys_of(connection, user_id)

    async def revoke(self, user_id: int, key_id: int) -> None:
        """Delete a key of an account; it is refused at once. Raises KeyNotFound."""
        async with self._database.transaction() as connection:
            if not await key_store.delete_key(connection, user_id, key_id):
                raise KeyNotFound
            await audit.note(connection, "key revoked", f"account {user_id}", f"key {key_id}")

    async def caller(self, secret: str) -> Caller:
        """Return whoever holds this key, as the database knows them now. Raises KeyRefused."""
        hashed, now = key_hash(secret), self._now()
        if hashed is None:
            raise KeyRefused
        async with self._database.reading() as connection:
            live = await key_store.live_key(connection, hashed, now)
        if live is None:
            raise KeyRefused
        if (live.key.last_used_at or 0) <= now - _NOTED_SECONDS:
            # Who only reads is let through when the database can be read only.
            with suppress(DatabaseUnavailable):
                async with self._database.transaction() as connection:
                    await key_store.touch_key(connection, live.key.id, now, before=now - _NOTED_SECONDS)
        return Caller(live.user, key=live.key)

    def _now(self) -> int:
        return int(self._clock().timestamp())

"""What the calls of API keys read and answer."""

from datetime import UTC, datetime
from typing import Annotated, Self

import msgspec
from msgspec import Meta

from cinedex.accounts.keys import LONGEST_KEY_NAME
from cinedex.accounts.models import Key, Scope
from cinedex.accounts.schemas import Password
from cinedex.foundation.text import NAME_PATTERN


class KeyToMake(msgspec.Struct):
    """A new key: what it is called, what it may do, for how many days (for good where none are given).

    `password` is that of the account.
    """

    name: Annotated[
        str,
        Meta(extra_json_schema={"minLength": 1, "maxLength": LONGEST_KEY_NAME, "pattern": NAME_PATTERN}),
    ]
    scopes: Annotated[list[Scope], Meta(extra_json_schema={"minItems": 1})]
    password: Password
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None

    def __repr__(self) -> str:
        """Show everything but the password."""
        return f"KeyToMake(name={self.name!r}, scopes={self.scopes!r}, days={self.days!r})"


class KeyBody(msgspec.Struct):
    """What a key is for. `last_used_at` is known to a minute."""

    id: int
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: Key) -> Self:
        """Shape a key."""
        return cls(
            key.id,
            key.name,
            list(key.scopes),
            datetime.fromtimestamp(key.created_at, UTC),
            _moment(key.expires_at),
            _moment(key.last_used_at),
        )


class KeyMade(msgspec.Struct):
    """A key just made; `key` is what programs send, and is never shown again."""

    key: str
    about: KeyBody

    def __repr__(self) -> str:
        """Show everything but the key."""
        return f"KeyMade(about={self.about!r})"


class KeyList(msgspec.Struct):
    """The keys of an account, the oldest first."""

    keys: list[KeyBody]


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

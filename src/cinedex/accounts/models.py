"""Who may use the service, and what a name must be."""

from typing import Literal

import msgspec

from cinedex.accounts.look_alikes import mixes_scripts
from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import fold_key
from cinedex.foundation.text import clean_line, clean_name

LONGEST_USERNAME = 64
LONGEST_DEVICE = 120


Role = Literal["user", "editor", "admin"]
"""What an account may change: nothing but itself, films too, or other accounts as well."""


Scope = Literal["read", "write", "admin"]
"""What a key may do of what its owner may: read films, change films, change accounts."""


class User(msgspec.Struct, frozen=True):
    """An account as it stands in the database now. `created_at` is in seconds since 1970."""

    id: int
    username: str
    role: Role
    created_at: int
    is_disabled: bool = False

    @property
    def is_admin(self) -> bool:
        """Whether this account may change others."""
        return self.role == "admin"

    @property
    def may_edit(self) -> bool:
        """Whether this account may change films."""
        return self.role in {"editor", "admin"}

    @property
    def scopes(self) -> frozenset[Scope]:
        """What a key of this account may be for."""
        allowed: dict[Scope, bool] = {"read": True, "write": self.may_edit, "admin": self.is_admin}
        return frozenset(scope for scope, is_allowed in allowed.items() if is_allowed)


class Key(msgspec.Struct, frozen=True):
    """An API key as it is shown, without what programs send. All times are in seconds since 1970."""

    id: int
    name: str
    scopes: tuple[Scope, ...]
    created_at: int
    expires_at: int | None
    last_used_at: int | None


class Caller(msgspec.Struct, frozen=True):
    """Whoever sent a request, and the session that its token is of, or the key that it showed."""

    user: User
    session_id: str = ""
    key: Key | None = None

    def may(self, scope: Scope) -> bool:
        """Say whether this scope was granted: a session has all of them."""
        return self.key is None or scope in self.key.scopes


class Session(msgspec.Struct, frozen=True):
    """One login of an account, from what device, in seconds since 1970."""

    id: str
    device: str | None
    created_at: int
    last_used_at: int


class Tokens(msgspec.Struct, frozen=True):
    """What a caller receives for logging in or refreshing."""

    access: str
    refresh: str
    expires_in: int

    def __repr__(self) -> str:
        """Show when they expire, and nothing that opens a door."""
        return f"Tokens(expires_in={self.expires_in})"


def device_name(user_agent: str) -> str | None:
    """Return what a program calls itself, in one line that is not too long; None when that says nothing."""
    shown = "".join(character if character.isprintable() else " " for character in user_agent)
    return " ".join(shown.split())[:LONGEST_DEVICE].rstrip() or None


def clean_new_username(text: str) -> str:
    """Return a username that somebody wants to have, as it is shown. Raises Invalid, also for a look-alike.

    Names that were given before this was asked go on, so that `username_key` reads them.
    """
    name = clean_name(text.strip(), "username", limit=LONGEST_USERNAME)
    if mixes_scripts(name):
        raise Invalid(
            "username mixes letters that look alike",
            fields={"username": "letters of two scripts that look alike"},
        )
    return name


def username_key(text: str) -> str:
    """Return what all spellings of one username share; empty for a text that nobody is named."""
    try:
        return fold_key(clean_line(text.strip(), "username", limit=LONGEST_USERNAME))
    except Invalid:
        return ""

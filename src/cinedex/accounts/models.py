"""Who may use the service, and what a name and a password must be."""

import unicodedata

import msgspec

from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import fold_key, has_control_characters
from cinedex.foundation.text import clean_line

LONGEST_USERNAME = 64
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
# One visible character may be typed as several.
_LONGEST_TYPED = 4 * LONGEST_PASSWORD


class User(msgspec.Struct, frozen=True):
    """An account as it stands in the database now."""

    id: int
    username: str
    is_admin: bool


class Tokens(msgspec.Struct, frozen=True):
    """What a caller receives for logging in or refreshing."""

    access: str
    refresh: str
    expires_in: int

    def __repr__(self) -> str:
        """Show when they expire, and nothing that opens a door."""
        return f"Tokens(expires_in={self.expires_in})"


def clean_username(text: str) -> str:
    """Return a username as it is shown. Raises Invalid."""
    return clean_line(text.strip(), "username", limit=LONGEST_USERNAME)


def username_key(text: str) -> str:
    """Return what all spellings of one username share; empty for a text that nobody is named."""
    try:
        return fold_key(clean_username(text))
    except Invalid:
        return ""


def clean_password(text: str) -> str:
    """Return a new password in its composed form. Raises Invalid, which never repeats the password."""
    if not text:
        raise Invalid("Missing data", fields={"password": "missing"})
    if has_control_characters(text):
        raise Invalid(
            "password holds characters that cannot be used", fields={"password": "control characters"}
        )
    password = composed_password(text)
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            "password is too short", fields={"password": f"at least {SHORTEST_PASSWORD} characters"}
        )
    if len(password) > LONGEST_PASSWORD:
        raise Invalid("password is too long", fields={"password": f"at most {LONGEST_PASSWORD} characters"})
    return password


def composed_password(text: str) -> str:
    """Return a password as it is hashed, the same from every keyboard: NFKC.

    A text too long to be a password stays as it is: composing tens of thousands of accents takes seconds.
    """
    return unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST_TYPED else text

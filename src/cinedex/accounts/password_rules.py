"""What a password must be: its length, its letters, and nothing that everybody tries first."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from cinedex.accounts.models import username_key
from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import has_control_characters

SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 128
WORDS_HERE: Final = (
    "cinedex", "cinema", "movie", "movies", "film", "films", "catalogue", "catalog", "admin", "administrator", "editor",
)  # fmt: skip
"""What somebody would try at this service before anything else, by itself or one after the other."""
COMMON: Final = Path(__file__).with_name("common_passwords.txt")
"""The most common passwords that are long enough, one a line, as `as_compared` writes them; see NOTICE."""

_ALL_WORDS_HERE: Final = re.compile(f"(?:{'|'.join(WORDS_HERE)})+")
# One visible character may be typed as several.
_LONGEST_TYPED: Final = 4 * LONGEST_PASSWORD


class PasswordTooCommon(Invalid):
    """The password is among the first that are tried: everybody's, words of this service, or the account's own name."""

    message = "This password is among the first that others would try."
    code = "password_too_common"


def clean_password(text: str, username: str, field: str = "password") -> str:
    """Return a new password of this account in its composed form; `field` is where it was given.

    Raises Invalid, and PasswordTooCommon, which is one; neither repeats the password.
    """
    if not text:
        raise Invalid("Missing data", fields={field: "missing"})
    if has_control_characters(text):
        raise Invalid("password holds characters that cannot be used", fields={field: "control characters"})
    password = composed_password(text)
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("password is too short", fields={field: f"at least {SHORTEST_PASSWORD} characters"})
    if len(password) > LONGEST_PASSWORD:
        raise Invalid("password is too long", fields={field: f"at most {LONGEST_PASSWORD} characters"})
    if as_compared(password) in _common():
        raise PasswordTooCommon(fields={field: "too common"})
    if _ALL_WORDS_HERE.fullmatch("".join(filter(str.isalpha, as_compared(password)))):
        raise PasswordTooCommon(fields={field: "nothing but words of this service"})
    if as_compared(password) == as_compared(username) or username_key(password) == username_key(username):
        raise PasswordTooCommon(fields={field: "the same as the username"})
    return password


def composed_password(text: str) -> str:
    """Return a password as it is hashed, the same from every keyboard: NFKC.

    A text too long to be a password stays as it is: composing tens of thousands of accents takes seconds.
    """
    return unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST_TYPED else text


def as_compared(password: str) -> str:
    """Return what spellings of a password share that differ by case, width or composition alone."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", password).casefold()).strip()


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").splitlines())

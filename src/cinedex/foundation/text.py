"""Text that people type: trimmed, bounded, free of characters that no name has."""

import unicodedata
from typing import Final

from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import has_control_characters

# Format characters and spaces: a name of nothing else shows nothing.
_INVISIBLE = {"Cf", "Zs"}

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff"
_UNSEEN = (
    r"\t\n\r\x20\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u2064\u2066-\u206f\u3000\ufeff\ufff9-\ufffb"
)
TEXT_PATTERN: Final = f"^[^{_CONTROLS}]*$"
"""What schemas say of text that may be blank: no control characters."""
LINE_PATTERN: Final = f"^[^{_CONTROLS}]*[^{_CONTROLS}{_UNSEEN}][^{_CONTROLS}]*$"
"""What schemas say of text for `clean_line`: no control characters, and something to see."""


def clean_line(text: str, field: str, *, limit: int) -> str:
    """Return `text` with its white space collapsed to single spaces.

    Raises Invalid, naming `field`, when it is empty, longer than `limit` characters, or holds control
    characters or lone surrogates.
    """
    if len(text) > limit:
        raise Invalid(f"{field} is too long", fields={field: f"at most {limit} characters"})
    check_characters(text, field)
    if is_blank(text):
        raise Invalid("Missing data", fields={field: "missing"})
    return " ".join(text.split())


def check_characters(text: str, field: str) -> None:
    """Raise Invalid, naming `field`, when `text` holds control characters or lone surrogates."""
    if has_control_characters(text):
        raise Invalid(f"{field} holds characters that cannot be used", fields={field: "control characters"})


def is_blank(text: str) -> bool:
    """Say whether there is nothing to see in `text`."""
    return all(unicodedata.category(character) in _INVISIBLE for character in "".join(text.split()))

"""Text that people type: trimmed, bounded, free of characters that no name has."""

import re
import unicodedata
from collections.abc import Iterable
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
# Embeddings, overrides and isolates. The marks of direction (U+200E, U+200F, U+061C) turn no letter, and titles in Hebrew
# and Arabic use them.
_TURNING = r"\u202a-\u202e\u2066-\u2069"
_TURNS: Final = re.compile(f"[{_TURNING}]")
TEXT_PATTERN: Final = f"^[^{_CONTROLS}]*$"
"""What schemas say of text that may be blank: no control characters."""
LINE_PATTERN: Final = f"^[^{_CONTROLS}]*[^{_CONTROLS}{_UNSEEN}][^{_CONTROLS}]*$"
"""What schemas say of text for `clean_line`: no control characters, and something to see."""
NAME_PATTERN: Final = f"^[^{_CONTROLS}{_TURNING}]*[^{_CONTROLS}{_UNSEEN}][^{_CONTROLS}{_TURNING}]*$"
"""What schemas say of text for `clean_name`: nothing that turns the direction of text, either."""
LISTED_NAME_PATTERN: Final = f"^(?:[^{_CONTROLS}{_TURNING}]*|[{_UNSEEN}]*)$"
"""What schemas say of each text for `clean_names`, which may be blank."""


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


def clean_name(text: str, field: str, *, limit: int) -> str:
    """Return `text` as `clean_line` does: one that others are shown.

    Raises Invalid as that does, and when `text` turns the direction of text: it would show as something else than it
    is, and may turn what stands beside it.
    """
    name = clean_line(text, field, limit=limit)
    if _TURNS.search(name):
        why = "characters that turn the direction of text"
        raise Invalid(f"{field} holds characters that cannot be used", fields={field: why})
    return name


def clean_names(texts: Iterable[str], field: str, *, limit: int) -> list[str]:
    """Return each of the texts as `clean_name` does; what is blank is left out. Raises Invalid."""
    return [clean_name(text, field, limit=limit) for text in texts if not is_blank(text)]


def check_characters(text: str, field: str) -> None:
    """Raise Invalid, naming `field`, when `text` holds control characters or lone surrogates."""
    if has_control_characters(text):
        raise Invalid(f"{field} holds characters that cannot be used", fields={field: "control characters"})


def is_blank(text: str) -> bool:
    """Say whether there is nothing to see in `text`, and nothing that cannot be used."""
    # Some control characters are white space to `split`.
    return not has_control_characters(text) and all(
        unicodedata.category(character) in _INVISIBLE for character in "".join(text.split())
    )

"""Text that people type: trimmed, bounded, free of characters that no name has."""

import unicodedata

from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import has_control_characters

# Format characters and spaces: a name of nothing else shows nothing.
_INVISIBLE = {"Cf", "Zs"}


def clean_line(text: str, field: str, *, limit: int) -> str:
    """Return `text` with its white space collapsed to single spaces.

    Raises Invalid, naming `field`, when it is empty, longer than `limit` characters, or holds control
    characters or lone surrogates.
    """
    if len(text) > limit:
        raise Invalid(f"{field} is too long", fields={field: f"at most {limit} characters"})
    if has_control_characters(text):
        raise Invalid(f"{field} holds characters that cannot be used", fields={field: "control characters"})
    line = " ".join(text.split())
    if all(unicodedata.category(character) in _INVISIBLE for character in line):
        raise Invalid("Missing data", fields={field: "missing"})
    return line

"""Names that are made to be taken for another one: letters of two scripts whose shapes are the same."""

import unicodedata
from typing import Final

# They share the shapes of many letters. Beside others, as in names of Latin letters and Kanji, nobody mistakes them.
_ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"})


def mixes_scripts(name: str) -> bool:
    """Say whether a name has letters of two scripts that look alike, as an Alice whose A is Cyrillic."""
    letters = [letter for letter in unicodedata.normalize("NFKC", name) if letter.isalpha()]
    return len(_ALIKE.intersection(map(_script, letters))) > 1


def _script(letter: str) -> str:
    # The standard library knows no scripts, but the name of each letter begins with its own.
    return unicodedata.name(letter, "").partition(" ")[0]

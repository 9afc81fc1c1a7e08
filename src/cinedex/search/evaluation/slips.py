"""Slips of the fingers on a keyboard: swapped, left out, doubled, or the key beside."""

import re
from random import Random

from rapidfuzz.distance import OSA

# Nobody can tell what is meant by a slip in a number or in a word of few letters.
_WORD = re.compile(r"[^\W\d_]{4,}")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TRIES = 20


def slipped(text: str, slips: int, chance: Random) -> str | None:
    """Return a folded text with that many slips in it, no fewer; None when it has no room for them."""
    for _ in range(_TRIES):
        typed = text
        for _ in range(slips):
            typed = _slipped_once(typed, chance)
        # A slip may undo another, or swap two letters that are the same.
        if OSA.distance(text, typed) == slips:
            return typed
    return None


def beside(letter: str) -> str:
    """Return the letters whose keys touch that of `letter`; none for a letter that plain keyboards lack."""
    for row, keys in enumerate(_ROWS):
        if (at := keys.find(letter)) >= 0:
            # Each row lies half a key to the right of the one above.
            above = _ROWS[row - 1][at : at + 2] if row else ""
            below = _ROWS[row + 1][max(0, at - 1) : at + 1] if row + 1 < len(_ROWS) else ""
            return keys[max(0, at - 1) : at] + keys[at + 1 : at + 2] + above + below
    return ""


def _slipped_once(text: str, chance: Random) -> str:
    places = [(at, word.end()) for word in _WORD.finditer(text) for at in range(*word.span())]
    if not places:
        return text
    at, end = chance.choice(places)
    letter, following = text[at], text[at + 1 : end][:1]
    typed = [following + letter, "", letter * 2]
    if keys := beside(letter):
        typed.append(chance.choice(keys))
    slip = chance.randrange(len(typed))
    return text[:at] + typed[slip] + text[at + 1 + (slip == 0 and bool(following)) :]

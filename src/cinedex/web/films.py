"""A film as the search page shows it, and `static/search.js` too: its texts in pieces, its cast in brief, its score."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from cinedex.search.answers import MovieFound
from cinedex.search.matching import Field

CAST_SHOWN: Final = 4
_TENTH: Final = Decimal("0.1")


class Piece(NamedTuple):
    """A part of a text; `is_marked` where words of the query stand in it."""

    text: str
    is_marked: bool


def pieces(film: MovieFound, field: Field, text: str) -> Iterator[Piece]:
    """Cut a text of the film where what matched begins and ends."""
    ranges = next((it.ranges for it in film.matched_on if (it.field, it.text) == (field, text)), ())
    end_before = 0
    for start, end in ranges:
        yield Piece(text[end_before:start], is_marked=False)
        yield Piece(text[start:end], is_marked=True)
        end_before = end
    yield Piece(text[end_before:], is_marked=False)


def brief_cast(film: MovieFound) -> list[str]:
    """Return the few of the cast that are shown: those with most of the words, then the first ones."""
    words = {match.text: len(match.ranges) for match in film.matched_on if match.field == "cast"}
    return sorted(film.cast, key=lambda person: -words.get(person, 0))[:CAST_SHOWN]


def score_in_tenths(score: float) -> str:
    """Return a score as the script's `toFixed` writes it, of two tenths that are as near the higher one."""
    return str(Decimal(score).quantize(_TENTH, ROUND_HALF_UP))

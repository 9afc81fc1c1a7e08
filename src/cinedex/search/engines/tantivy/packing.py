"""Strings and facts as numbers.

Tantivy's columns hold numbers only, and a stored field costs microseconds a hit, so what the ranking needs of
each candidate is packed into integer columns: reading one for sixty candidates costs about three microseconds.
"""

import math
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TITLE_BYTES = 32
WORD_BYTES = 24
MOST_GENRE_BITS = 62

UNKNOWN_SCORE = (1 << 14) - 1

_HIGH_BITS, _LOW_BITS = 20, 42
_HIGH, _LOW = (1 << _HIGH_BITS) - 1, (1 << _LOW_BITS) - 1


class Facts(NamedTuple):
    """Facts of candidates, one column each; 0 is an unknown year, UNKNOWN_SCORE an unknown score.

    Scores are thousandths. `is_turned` tells that the article stands behind in the catalogue.
    """

    year: Ints
    score: Ints
    title_words: Ints
    article: Ints
    is_turned: Flags
    director_words: Ints
    spelling: Ints


def pack_facts(  # noqa: PLR0913 -- one for each column
    *,
    year: int | None,
    score: float | None,
    title_words: int,
    article: int,
    is_turned: bool,
    director_words: int,
    spelling: int,
) -> int:
    """Pack what the ranking and the filters need to know of a movie beside its title."""
    return (
        (year or 0) << 51
        | (UNKNOWN_SCORE if score is None else thousandths(score)) << 37
        | min(title_words, 31) << 32
        | min(article, 7) << 29
        | is_turned << 28
        | min(director_words, 15) << 24
        | spelling
    )


def unpack_facts(facts: Sequence[Any]) -> Facts:
    """Undo `pack_facts` for a column."""
    column = np.array(facts, dtype=np.int64)
    return Facts(
        year=column >> 51,
        score=column >> 37 & 0x3FFF,
        title_words=column >> 32 & 31,
        article=column >> 29 & 7,
        is_turned=(column & 1 << 28) != 0,
        director_words=column >> 24 & 15,
        spelling=column & 0xFFFFFF,
    )


def pack_standing(rank: int) -> int:
    """Return a rank with its halves exchanged.

    A column that the segment is sorted by is packed so tightly that to open it takes three times as long.
    """
    return (rank & _LOW) << _HIGH_BITS | rank >> _LOW_BITS


def unpack_standing(standing: Sequence[Any]) -> Ints:
    """Undo `pack_standing` for a column."""
    column = np.array(standing, dtype=np.int64)
    return (column & _HIGH) << _LOW_BITS | column >> _HIGH_BITS


def thousandths(score: float) -> int:
    """Return a score in thousandths, the unit of the index."""
    return round(score * 1000)


def at_least(score: float) -> int:
    """Return the fewest thousandths that a score of at least `score` has."""
    return math.ceil(round(score * 1000, 6))


def pack_spelling(spelling: str) -> int:
    """Return 24 bits that tell one spelling from another."""
    return int.from_bytes(blake2b(spelling.encode(), digest_size=3).digest(), "little")


def pack_genres(numbers: Iterable[int]) -> int:
    """Return one bit for each genre; genres beyond MOST_GENRE_BITS have none of their own."""
    bits = 0
    for number in numbers:
        if number < MOST_GENRE_BITS:
            bits |= 1 << number
    return bits


def pack_text(text: str, size: int) -> list[int]:
    """Cut the UTF-8 bytes of `text` to `size` and return them as integers of eight bytes."""
    padded = text.encode()[:size].ljust(size, b"\0")
    return [int.from_bytes(padded[at : at + 8], "little", signed=True) for at in range(0, size, 8)]


def unpack_texts(columns: Sequence[Sequence[Any]]) -> list[bytes]:
    """Undo `pack_text` for columns of integers: the texts of all rows, as UTF-8, cut to size."""
    rows = np.array(columns, dtype="<i8").T
    texts: list[bytes] = np.ascontiguousarray(rows).view(f"S{8 * len(columns)}").ravel().tolist()
    return texts


def pack_order(text: str) -> int:
    """Return the first eight bytes of a text as a number that sorts as they do."""
    return int.from_bytes(text.encode()[:8].ljust(8, b"\0"), "big") - (1 << 63)

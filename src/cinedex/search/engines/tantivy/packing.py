"""Strings and ranks as numbers.

Tantivy's columns hold numbers only, and a stored field costs microseconds a hit, so what the ranking needs of
each candidate is packed into integer columns: reading one for sixty candidates costs about three microseconds.
"""

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any

TITLE_BYTES = 32
WORD_BYTES = 24
MOST_GENRE_BITS = 62

_HIGH_BITS, _LOW_BITS = 20, 42
_HIGH, _LOW = (1 << _HIGH_BITS) - 1, (1 << _LOW_BITS) - 1

_NUMBER = Struct("<q")


def pack_standing(rank: int) -> int:
    """Return a rank with its halves exchanged.

    A column of ranks is packed by what neighbours have in common, and takes five times as long to open.
    """
    return (rank & _LOW) << _HIGH_BITS | rank >> _LOW_BITS


def unpack_standing(standing: int) -> int:
    """Undo `pack_standing`."""
    return (standing & _HIGH) << _LOW_BITS | standing >> _HIGH_BITS


def pack_genres(numbers: Iterable[int]) -> int:
    """Return one bit for each genre; genres beyond MOST_GENRE_BITS have none of their own."""
    bits = 0
    for number in numbers:
        if number < MOST_GENRE_BITS:
            bits |= 1 << number
    return bits


def pack_text(text: str, size: int) -> list[int]:
    """Cut the UTF-8 bytes of `text` to `size` and return them as integers of eight bytes."""
    return [number for (number,) in _NUMBER.iter_unpack(text.encode()[:size].ljust(size, b"\0"))]


def unpack_texts(columns: Sequence[Sequence[Any]]) -> list[bytes]:
    """Undo `pack_text` for columns of integers: the texts of all rows, as UTF-8, cut to size."""
    pack = Struct(f"<{len(columns)}q").pack
    return [pack(*row).rstrip(b"\0") for row in zip(*columns, strict=True)]


def pack_order(text: str) -> int:
    """Return the first eight bytes of a text as a number that sorts as they do."""
    return int.from_bytes(text.encode()[:8].ljust(8, b"\0"), "big") - (1 << 63)

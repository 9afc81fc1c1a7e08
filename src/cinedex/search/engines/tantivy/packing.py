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

_MIXED = (1 << 63) - 1
# Odd, so that it has an inverse among numbers of 63 bits; its own bits follow no pattern.
_FACTOR = 0x1E3779B97F4A7C15
_INVERSE = pow(_FACTOR, -1, _MIXED + 1)

_NUMBER = Struct("<q")


def mixed(number: int) -> int:
    """Return a number of 63 bits as another one, which has nothing in common with those of its neighbours.

    Tantivy packs what neighbours have in common block by block, and reads about all blocks whenever such a column
    is opened, which is at each reading: that costs three times as much at a hundred thousand films, and grows.
    """
    return number * _FACTOR & _MIXED


def unmixed(number: int) -> int:
    """Undo `mixed`."""
    return number * _INVERSE & _MIXED


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

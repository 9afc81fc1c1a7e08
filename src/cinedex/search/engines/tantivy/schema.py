"""The fields of the index, and the numbers that strings and facts are packed into.

Three kinds of document share one index, so that one commit changes all of them together: movies, the words
that occur in them (for spelling), and one that holds the outbox position.

Tantivy's columns hold numbers only, and a stored field costs microseconds a hit, so what the ranking needs of
each candidate is packed into integer columns: reading a column for sixty candidates costs about three
microseconds.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import tantivy

VERSION = 1
"""Raise it when the fields or their contents change: a newer program then builds a new generation."""

PREFIX_LETTERS = 12
"""So many first letters of a title (without spaces) can be looked up as a prefix."""
EDGE_LETTERS = 4
"""So many first letters of any word can be looked up; longer prefixes are looked up among the words."""

TITLE_BYTES = 32
TITLE_COLUMNS = ("title0", "title1", "title2", "title3")
WORD_BYTES = 24
WORD_COLUMNS = ("word0", "word1", "word2")

_ID_BITS = 42
_ID_MASK = (1 << _ID_BITS) - 1
PROMINENCE_STEPS = (1 << 20) - 1


def build_schema() -> tantivy.Schema:
    """Return the schema of a generation."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_integer_field("digest", fast=True)
    # The order of films that match equally well, and the order of documents in a segment.
    builder.add_integer_field("rank", fast=True)
    builder.add_integer_field("facts", fast=True)
    builder.add_integer_field("year", indexed=True)
    for name in (*TITLE_COLUMNS, *WORD_COLUMNS):
        builder.add_integer_field(name, fast=True)
    for name, tokenizer in {
        "words": "whitespace",  # every word of title, director and cast, raw and canonical
        "director": "whitespace",  # the director's words
        "joined": "whitespace",  # neighbouring words of the title without their space; acronyms
        "exact": "whitespace",  # the whole title without spaces, with and without its article
        "prefix": "title_prefix",  # the same, its first letters
        "edges": "word_edge",  # the first letters of the title's and director's words
        "word": "raw",  # spelling: the word
        "deletes": "whitespace",  # spelling: the word with letters left out
        "state": "raw",  # the one document that holds the position
    }.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="basic")
    builder.add_bytes_field("answer", stored=True)
    builder.add_integer_field("position", fast=True)
    return builder.build()


def open_index(path: str, schema: tantivy.Schema, *, create: bool = False) -> tantivy.Index:
    """Open the index in the directory `path`, or create it there. Raises ValueError when it cannot be read."""
    if create:
        index = tantivy.Index(schema, path, reuse=False, sort_by_field="rank", sort_order=tantivy.Order.Desc)
    else:
        index = tantivy.Index.open(path)
    index.config_reader("manual")
    # Tokenizers are not kept with the index; they are registered at every opening.
    for name, tokenizer in {
        "whitespace": tantivy.Tokenizer.whitespace(),
        "title_prefix": tantivy.Tokenizer.ngram(1, PREFIX_LETTERS, prefix_only=True),
        "word_edge": tantivy.Tokenizer.ngram(1, EDGE_LETTERS, prefix_only=True),
    }.items():
        index.register_tokenizer(name, tantivy.TextAnalyzerBuilder(tokenizer).build())
    return index


def pack_rank(prominence: float, movie_id: int) -> int:
    """Return a number that sorts by prominence, then by age in the catalogue; unique for each movie."""
    return round(prominence * PROMINENCE_STEPS) << _ID_BITS | (_ID_MASK - movie_id)


class Ranks(NamedTuple):
    """Unpacked ranks of candidates."""

    prominence: npt.NDArray[np.float64]
    ids: npt.NDArray[np.int64]


def unpack_ranks(ranks: Sequence[Any]) -> Ranks:
    """Undo `pack_rank` for a column."""
    column = np.array(ranks, dtype=np.int64)
    return Ranks((column >> _ID_BITS) / PROMINENCE_STEPS, _ID_MASK - (column & _ID_MASK))


class Facts(NamedTuple):
    """Unpacked facts of candidates, one column each."""

    year: npt.NDArray[np.int64]
    title_words: npt.NDArray[np.int64]
    article: npt.NDArray[np.int64]
    director_words: npt.NDArray[np.int64]
    spelling: npt.NDArray[np.int64]


def pack_facts(
    *, year: int | None, title_words: int, article: int, director_words: int, spelling: int
) -> int:
    """Pack what the ranking needs to know of a movie beside its title."""
    return (
        (year or 0) << 49
        | min(title_words, 63) << 43
        | min(article, 31) << 38
        | min(director_words, 63) << 32
        | spelling
    )


def unpack_facts(facts: Sequence[Any]) -> Facts:
    """Undo `pack_facts` for a column."""
    column = np.array(facts, dtype=np.int64)
    return Facts(column >> 49, column >> 43 & 63, column >> 38 & 31, column >> 32 & 63, column & 0xFFFFFFFF)


def pack_spelling(spelling: str) -> int:
    """Return 32 bits that tell one spelling from another."""
    return int.from_bytes(blake2b(spelling.encode(), digest_size=4).digest(), "little")


def pack_text(text: str, size: int) -> list[int]:
    """Cut the UTF-8 bytes of `text` to `size` and return them as integers of eight bytes."""
    padded = text.encode()[:size].ljust(size, b"\0")
    return [int.from_bytes(padded[at : at + 8], "little", signed=True) for at in range(0, size, 8)]


def unpack_texts(columns: Sequence[Sequence[Any]]) -> list[bytes]:
    """Undo `pack_text` for columns of integers: the texts of all rows, as UTF-8, cut to size."""
    rows = np.array(columns, dtype="<i8").T
    texts: list[bytes] = np.ascontiguousarray(rows).view(f"S{8 * len(columns)}").ravel().tolist()
    return texts

"""Words near to a mistyped one, by symmetric deletes.

Two words at most two edits apart share a form that is reached from either by leaving out at most two letters.
The index keeps those forms of each known word's first letters; a query looks its own forms up and checks the
few words found by their true distance. The method is SymSpell's, by Wolf Garbe
(https://github.com/wolfgarbe/SymSpell).
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import tantivy
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from cinedex.search.engines.tantivy.schema import WORD_BYTES, WORD_COLUMNS, unpack_texts

LARGEST_DISTANCE = 2
_LETTERS = 7
_SHORTEST, _SHORTEST_FOR_TWO_EDITS = 3, 5
_MOST_LOOKED_AT = 300
# A known word that goes on where the typed one ends is a little less likely than one that ends there too.
_GOES_ON = 0.5


class NearWord(msgspec.Struct, frozen=True):
    """A known word, and how far it is from the typed one, from 1 (the same) down to 0."""

    word: str
    likeness: float


def is_spellable(word: str) -> bool:
    """Say whether slips in this word can be put right: not numbers, nor very short or very long words."""
    return len(word) >= _SHORTEST and len(word.encode()) <= WORD_BYTES and not any(map(str.isdigit, word))


def deletes(word: str, distance: int) -> set[str]:
    """Return the first letters of `word` with at most `distance` of them left out."""
    stem = word[:_LETTERS]
    kept = range(max(1, len(stem) - distance), len(stem) + 1)
    return {"".join(letters) for count in kept for letters in combinations(stem, count)}


def near_words(
    searcher: tantivy.Searcher, schema: tantivy.Schema, word: str, distance: int, *, goes_on: bool
) -> list[NearWord]:
    """Return the known words within `distance` edits (1 or 2) of `word`, the likeliest first.

    Short words allow one edit. `goes_on` says that `word` may be half typed: known words may then be longer.
    """
    if not is_spellable(word):
        return []
    allowed = distance if len(word) >= _SHORTEST_FOR_TWO_EDITS else 1
    known = _words_sharing_deletes(searcher, schema, word, allowed)
    if not known:
        return []
    typed = word.encode()
    away = _distances(typed, known, allowed)
    if goes_on:
        half_typed = _distances(typed, [one[: len(typed)] for one in known], allowed)
        away = np.minimum(away, half_typed + _GOES_ON)
    near = [
        (far, one.decode(errors="ignore"))
        for far, one in zip(away.tolist(), known, strict=True)
        if far < allowed + 1
    ]
    near.sort(key=lambda pair: (pair[0], -searcher.doc_freq("words", pair[1])))
    return [NearWord(one, 1.0 - far / len(typed)) for far, one in near]


def _words_sharing_deletes(
    searcher: tantivy.Searcher, schema: tantivy.Schema, word: str, distance: int
) -> list[bytes]:
    terms = [
        (tantivy.Occur.Should, tantivy.Query.term_query(schema, "deletes", form, index_option="basic"))
        for form in deletes(word, distance)
    ]
    query = tantivy.Query.const_score_query(tantivy.Query.boolean_query(terms), 1.0)
    addresses = [address for _, address in searcher.search(query, _MOST_LOOKED_AT, count=False).hits]
    if not addresses:
        return []
    return unpack_texts([searcher.fast_field_values(name, addresses) for name in WORD_COLUMNS])


def _distances(typed: bytes, words: Sequence[bytes], allowed: int) -> npt.NDArray[Any]:
    distances: npt.NDArray[Any] = cdist(
        [typed], words, scorer=OSA.distance, score_cutoff=allowed, dtype=np.float64
    )[0]
    return distances

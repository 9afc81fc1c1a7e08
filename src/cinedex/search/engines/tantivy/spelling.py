"""Words near to a mistyped one, by symmetric deletes.

Two words at most two edits apart share a form that is reached from either by leaving out at most two letters.
The index keeps those forms of each known word's first letters; a query looks its own forms up and checks the
few words found by their true distance. The method is SymSpell's, by Wolf Garbe
(https://github.com/wolfgarbe/SymSpell).
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from tantivy import Query

from cinedex.search.analysis import Title
from cinedex.search.engines.tantivy.packing import WORD_BYTES, unpack_texts
from cinedex.search.engines.tantivy.postings import Postings
from cinedex.search.engines.tantivy.schema import WORD_COLUMNS

DISTANCES = (1, 2)
"""The numbers of edits for which words are prepared."""
_LETTERS = 7
_SHORTEST, _SHORTEST_FOR_TWO_EDITS = 3, 5
_MOST_LOOKED_AT, _MOST_COUNTED = 500, 24
# A known word that goes on where the typed one ends is a little less likely than one that ends there too.
_GOES_ON = 0.5
# Letters that are taken for one another by ear: Kane is nearer to "cane" than Jane is.
_SOUNDS = bytes.maketrans(b"cqzyx", b"kksis")
_SOUNDS_ALIKE = 0.5


class NearWord(NamedTuple):
    """A known word, how far it is from the typed one (from 1, the same, down to 0), and how many films have it."""

    word: str
    likeness: float
    films: int


def is_spellable(word: str) -> bool:
    """Say whether slips in this word can be put right: not numbers, nor very short or very long words."""
    return len(word) >= _SHORTEST and len(word.encode()) <= WORD_BYTES and not any(map(str.isdigit, word))


def deletes(word: str, distance: int) -> set[str]:
    """Return the first letters of `word` with at most `distance` of them left out."""
    stem = word[:_LETTERS]
    kept = range(max(1, len(stem) - distance), len(stem) + 1)
    return {"".join(letters) for count in kept for letters in combinations(stem, count)}


def title_slips(title: Title) -> set[str]:
    """Return the first letters of a whole title (without article and spaces) with at most one of them left out.

    A title typed with a slip, words joined or split at will, shares one of them with the true one.
    """
    joined = "".join(title.raw)[title.article :]
    return deletes(joined, 1) if len(joined) >= _SHORTEST else set()


def near_words(postings: Postings, word: str, distance: int, *, goes_on: bool) -> list[NearWord]:
    """Return the known words within `distance` edits (1 or 2) of `word`, the likeliest first.

    Short words allow one edit. `goes_on` says that `word` may be half typed: known words may then be longer.
    """
    if not is_spellable(word):
        return []
    allowed = distance if len(word) >= _SHORTEST_FOR_TWO_EDITS else 1
    known = _words_sharing_deletes(postings, word, allowed, goes_on=goes_on)
    if not known:
        return []
    typed = word.encode()
    away = dict(_within(allowed, typed, known))
    if goes_on:
        for at, far in _within(allowed, typed, [one[: len(typed)] for one in known]):
            away[at] = min(far + _GOES_ON, away.get(at, far + _GOES_ON))
    sound = typed.translate(_SOUNDS)
    nearest = sorted(
        (far - _SOUNDS_ALIKE if known[at].translate(_SOUNDS) == sound else far, known[at])
        for at, far in away.items()
    )
    near = []
    for far, one in nearest[:_MOST_COUNTED]:
        text = one.decode(errors="ignore")
        near.append(NearWord(text, 1.0 - far / len(typed), postings.count("words", text)))
    near.sort(key=lambda one: (-one.likeness, -one.films))
    return near


def _words_sharing_deletes(postings: Postings, word: str, distance: int, *, goes_on: bool) -> list[bytes]:
    forms = sorted(deletes(word, distance))
    known = _words_with(postings, f"deletes{distance}", forms)
    if goes_on and not known and distance < DISTANCES[-1]:
        # The letters that a half typed word lacks are left out of the whole one, too.
        known = _words_with(postings, f"deletes{DISTANCES[-1]}", forms)
    return known


def _words_with(postings: Postings, field: str, forms: Sequence[str]) -> list[bytes]:
    query = Query.const_score_query(postings.any_of(field, forms), 1.0)
    addresses = [address for _, address in postings.searcher.search(query, _MOST_LOOKED_AT, count=False).hits]
    if not addresses:
        return []
    return unpack_texts([postings.searcher.fast_field_values(name, addresses) for name in WORD_COLUMNS])


def _within(allowed: int, typed: bytes, words: Sequence[bytes]) -> list[tuple[int, float]]:
    """Return the place and the distance of the words that are at most `allowed` edits away."""
    found = extract(typed, words, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return [(at, far) for _, far, at in found]

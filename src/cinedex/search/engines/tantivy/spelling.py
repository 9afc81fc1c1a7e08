"""Words near to a mistyped one.

The index keeps the `deletes` of each known word's first letters; a query looks its own up and checks the few
words found by their true distance.
"""

from collections.abc import Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from tantivy import Query

from cinedex.search.engines.tantivy.packing import WORD_BYTES, unpack_texts
from cinedex.search.engines.tantivy.schema import WORD_COLUMNS
from cinedex.search.engines.tantivy.snapshot import Snapshot, any_of
from cinedex.search.finding.port import Term
from cinedex.search.finding.slips import SHORTEST, deletes

DISTANCES = (1, 2)
"""The numbers of edits for which words are prepared."""
_SHORTEST_FOR_TWO_EDITS = 5
_MOST_LOOKED_AT, _MOST_COUNTED = 500, 24
# A known word that goes on where the typed one ends is a little less likely than one that ends there too.
_GOES_ON = 0.5
# Letters that are taken for one another by ear: Kane is nearer to "cane" than Jane is.
_SOUNDS = bytes.maketrans(b"cqzyx", b"kksis")
_SOUNDS_ALIKE = 0.5


def is_spellable(word: str) -> bool:
    """Say whether slips in this word can be put right: not numbers, nor very short or very long words."""
    return len(word) >= SHORTEST and len(word.encode()) <= WORD_BYTES and not any(map(str.isdigit, word))


def near_words(snapshot: Snapshot, word: str, distance: int, *, goes_on: bool) -> list[Term]:
    """Return the known words within `distance` edits (1 or 2) of `word`, the likeliest first.

    What one is worth tells how far it is: from 1, the same, down to 0. Short words allow one edit. `goes_on` says that `word` may be half typed: known words may then be longer.
    """
    if not is_spellable(word):
        return []
    allowed = distance if len(word) >= _SHORTEST_FOR_TWO_EDITS else 1
    known = _words_sharing_deletes(snapshot, word, allowed, goes_on=goes_on)
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
        near.append(Term("words", text, 1.0 - far / len(typed), snapshot.frequency("words", text)))
    near.sort(key=lambda one: (-one.worth, -one.films))
    return near


def _words_sharing_deletes(snapshot: Snapshot, word: str, distance: int, *, goes_on: bool) -> list[bytes]:
    forms = sorted(deletes(word, distance))
    known = _words_with(snapshot, f"deletes{distance}", forms)
    if goes_on and not known and distance < DISTANCES[-1]:
        # The letters that a half typed word lacks are left out of the whole one, too.
        known = _words_with(snapshot, f"deletes{DISTANCES[-1]}", forms)
    return known


def _words_with(snapshot: Snapshot, field: str, forms: Sequence[str]) -> list[bytes]:
    query = Query.const_score_query(any_of(snapshot, field, forms), 1.0)
    addresses = [address for _, address in snapshot.searcher.search(query, _MOST_LOOKED_AT, count=False).hits]
    if not addresses:
        return []
    return unpack_texts([snapshot.searcher.fast_field_values(name, addresses) for name in WORD_COLUMNS])


def _within(allowed: int, typed: bytes, words: Sequence[bytes]) -> list[tuple[int, float]]:
    """Return the place and the distance of the words that are at most `allowed` edits away."""
    found = extract(typed, words, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return [(at, far) for _, far, at in found]

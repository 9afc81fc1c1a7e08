"""The terms of the index that may stand for a word of a query: itself, other forms, endings, near spellings."""

from typing import NamedTuple

import tantivy

from cinedex.search.analysis import Title, canonical, year_of
from cinedex.search.engines.tantivy.schema import EDGE_LETTERS
from cinedex.search.engines.tantivy.spelling import near_words

_MOST_ENDINGS = 16
_MOST_NEAR = 8
_SHORTEST_JOINED = 4
# What a match is worth beside the word as typed.
_JOINED, _ENDING, _YEAR = 0.95, 0.9, 0.97


class Alternative(NamedTuple):
    """A term of the index, and what it is worth in a word's place, up to 1."""

    field: str
    term: str
    worth: float


class Lexicon:
    """Looks the words of one query up, by the frequencies of terms: a fraction of a microsecond each."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, query: Title) -> None:
        self._searcher = searcher
        self._schema = schema
        self._words = query.raw

    def known(self, at: int) -> list[Alternative]:
        """Return the terms that the word at this place may stand for without any slip; none if it is unknown."""
        word = self._words[at]
        forms = dict.fromkeys((word, canonical(word)))
        alternatives = [Alternative("words", form, 1.0) for form in forms if self._has("words", form)]
        if len(word) >= _SHORTEST_JOINED and self._has("joined", word):
            alternatives.append(Alternative("joined", word, _JOINED))
        for pair in (self._words[at - 1 : at + 1], self._words[at : at + 2]):
            joined = "".join(pair)
            if len(pair) > 1 and self._has("words", joined):
                alternatives.append(Alternative("words", joined, _JOINED))
        if year_of(word) is not None:
            alternatives.append(Alternative("year", word, _YEAR))
        if self._is_last(at):
            alternatives += self._endings(word)
        return alternatives

    def near(self, at: int, distance: int) -> list[Alternative]:
        """Return the known words within `distance` edits of the word at this place, the likeliest first."""
        word = self._words[at]
        near = near_words(self._searcher, self._schema, word, distance, goes_on=self._is_last(at))
        return [Alternative("words", one.word, one.likeness) for one in near if one.word != word][:_MOST_NEAR]

    def only_begins(self, at: int) -> bool:
        """Say whether the word at this place is no word itself, only the beginning of some."""
        word = self._words[at]
        return self._is_last(at) and not self._has("words", word) and not self._has("joined", word)

    def _is_last(self, at: int) -> bool:
        return at == len(self._words) - 1

    def _has(self, field: str, term: str) -> bool:
        return self._searcher.doc_freq(field, term) > 0

    def _endings(self, word: str) -> list[Alternative]:
        """Return how a word that is still being typed may go on."""
        if len(word) <= EDGE_LETTERS:
            return [Alternative("edges", word, _ENDING)] if self._has("edges", word) else []
        longer = self._searcher.terms_with_prefix("words", word, limit=4 * _MOST_ENDINGS)
        longer.sort(key=lambda pair: -pair[1])
        return [Alternative("words", term, _ENDING) for term, _ in longer[:_MOST_ENDINGS] if term != word]

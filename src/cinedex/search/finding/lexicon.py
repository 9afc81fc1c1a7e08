"""The terms of the index that may stand for a word of a query: itself, other forms, endings, near spellings."""

from collections.abc import Mapping, Sequence

from cinedex.search.analysis import OPTIONAL_WORDS, Title, canonical, neighbours, year_of
from cinedex.search.finding.port import EDGE_LETTERS, Term, WordList

_MOST_ENDINGS = 16
_MOST_NEAR = 8
_MOST_NAMES = 6
_MOST_SPELT = 20
_SHORTEST_JOINED, _SHORTEST_BEGINNING = 4, 3
MOST_WORDS = 16
"""So many words of a query are looked up."""

# What a match is worth beside the word as typed.
_JOINED, _ENDING, _YEAR = 0.95, 0.9, 0.97


class Lexicon:
    """Looks the words of one query up, by the frequencies of terms: a fraction of a microsecond each."""

    def __init__(self, known: WordList, wanted: int, query: Title) -> None:
        self._known = known
        self._wanted = wanted
        self._words = query.raw
        self._near: dict[tuple[int, int], list[Term]] = {}
        self._longer_names: dict[int, list[Term]] = {}
        # Two neighbours may be one word; each pair is looked up once.
        self._pairs = [self._present("words", {pair: _JOINED}) for pair in neighbours(query.raw[:MOST_WORDS])]

    def known(self, at: int) -> list[Term]:
        """Return the terms that the word at this place may stand for without any slip; none if it is unknown."""
        word = self._words[at]
        terms = self._present("words", {word: 1.0, canonical(word): 1.0})
        if len(word) >= _SHORTEST_JOINED and not (terms and terms[0].films > self._wanted):
            terms += self._present("joined", {word: _JOINED})
        if at > 0:
            terms += self._pairs[at - 1]
        if at < len(self._pairs):
            terms += self._pairs[at]
        if self._is_last(at):
            terms += self._endings(at)
        if year_of(word) is not None:
            terms.append(Term("year", word, _YEAR, 1))
        return terms

    def near(self, at: int, distance: int) -> list[Term]:
        """Return the known words within `distance` edits of the word at this place, the likeliest first.

        Each is looked up once; of a query of very many words not all are put right.
        """
        looked_up = self._near.get((at, distance))
        if looked_up is None:
            looked_up = self._look_up_near(at, distance) if len(self._near) < _MOST_SPELT else []
            self._near[at, distance] = looked_up
        return looked_up

    def _look_up_near(self, at: int, distance: int) -> list[Term]:
        word = self._words[at]
        near = self._known.near(word, distance, goes_on=self._is_last(at))
        return [one for one in near if one.text != word][:_MOST_NEAR]

    def names(self, terms: Sequence[Sequence[Term]]) -> list[list[Term]]:
        """Return what each word may be of a director's name, "chris" also for Christopher; none if one cannot.

        `terms` are those that each word may stand for anywhere.
        """
        whole = [
            self._present(
                "director", {one.text: one.worth for one in some[:_MOST_NEAR] if one.field == "words"}
            )
            for some in terms
        ]
        if len(whole) > 1 and not any(whole):
            return []
        longer = {}
        # Words that are no name themselves come first: most titles have one, and are done with there.
        for at in sorted(range(len(whole)), key=lambda at: bool(whole[at])):
            longer[at] = self._longer_name(at)
            if not whole[at] and not longer[at]:
                return []
        return [[*found, *longer[at]] for at, found in enumerate(whole)]

    def _longer_name(self, at: int) -> list[Term]:
        """Return how the word at this place may go on as a director's name; looked up once."""
        longer = self._longer_names.get(at)
        if longer is None:
            longer = self._longer_names[at] = self._longer("director", at, _MOST_NAMES)
        return longer

    def only_begins(self, at: int) -> bool:
        """Say whether the word at this place is no word itself, only the beginning of some."""
        word = self._words[at]
        count = self._known.count
        return self._is_last(at) and not count("words", word) and not count("joined", word)

    def _present(self, field: str, texts: Mapping[str, float]) -> list[Term]:
        """Return those of the texts that are terms of the field; each comes with its worth."""
        count = self._known.count
        return [
            Term(field, text, worth, films) for text, worth in texts.items() if (films := count(field, text))
        ]

    def _longer(self, field: str, at: int, most: int) -> list[Term]:
        """Return the terms of the field that most films have of those that begin with the word at this place."""
        word = self._words[at]
        if len(word) < _SHORTEST_BEGINNING and not self._is_last(at):
            return []
        return self._known.longer(field, word, _ENDING, most)

    def _is_last(self, at: int) -> bool:
        return at == len(self._words) - 1

    def _endings(self, at: int) -> list[Term]:
        """Return how a word that is still being typed may go on."""
        word = self._words[at]
        if len(word) <= EDGE_LETTERS:
            return self._present("edges", {word: _ENDING})
        return self._longer("words", at, _MOST_ENDINGS)


def needed_places(words: Sequence[str]) -> list[int]:
    """Return the places of the words that a film must have: not articles, years and the like, unless all are."""
    last = len(words) - 1
    needed = [
        at
        for at, word in enumerate(words)
        # The last word may be the beginning of another one.
        if year_of(word) is None and (word not in OPTIONAL_WORDS or at == last)
    ]
    return needed or list(range(len(words)))

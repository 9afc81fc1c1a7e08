"""All the words of one film in one place: looked up whole, run together, half typed, or by their spelling."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from cinedex.search.analysis import OPTIONAL_WORDS
from cinedex.search.places import PlacedWord, Places, Range, places_of

_KNOWN_FILMS = 512
# Shorter words are too often two others by chance: "an" is not "a n…".
_SHORTEST_JOINED = 4
# Parts the texts of a film; no word holds it.
_BREAK = "\n"

# As in the embedded engine: words of so many letters may have slips, this many edits.
_SHORTEST, _SHORTEST_FOR_TWO_EDITS = 3, 5
_DIGIT = re.compile(r"\d")


Spot = tuple[int, Range]
"""A place in a text of a film, the text by its number."""

NearSpot = tuple[int, Range, Range]
"""A word that may be what was meant: its text, its place in it, and the place of the part that was typed."""


class FilmWords:
    """The words of a film's texts: its name first, then people."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(map(places_of, texts))
        self._whole: dict[str, list[Spot]] = {}
        for number, text in enumerate(self.texts):
            for word, form in zip(text.words, text.canonical, strict=True):
                spot = (number, word.whole)
                self._whole.setdefault(word.word, []).append(spot)
                if form.word != word.word:
                    self._whole.setdefault(form.word, []).append(spot)

    def whole(self, word: str, canonical: str) -> Sequence[Spot]:
        """Return where a word stands, as typed or else in its canonical form."""
        return self._whole.get(word) or self._whole.get(canonical) or ()

    def joined(self, word: str, *, goes_on: bool) -> list[Spot]:
        """Return where words, run together, are `word`; or where they, or one word, begin so if it `goes_on`."""
        return [spot for run in self._runs for spot in run.find(word, goes_on=goes_on)]

    def near(self, word: str, *, goes_on: bool) -> list[NearSpot]:
        """Return the words nearest in spelling, if near enough; `goes_on` says that `word` may be half typed.

        Numbers and very short words have no near ones, and nobody means "at" by "ant".
        """
        if len(word) < _SHORTEST or _DIGIT.search(word):
            return []
        allowed = 2 if len(word) >= _SHORTEST_FOR_TWO_EDITS else 1
        words = self._spellings
        near = [(far, at, len(words[at])) for far, at in _within(allowed, word, words)]
        nearest = min(near)[0] if near else allowed + 1
        # A whole word that is one slip away is likelier than the beginning of another.
        if goes_on and nearest > 1:
            beginnings = [other[: len(word)] for other in words[: len(self._singles)]]
            begun = _within(allowed, word, beginnings)
            near += [(far, at, len(word)) for far, at in begun if len(words[at]) > len(word)]
            nearest = min(near)[0] if near else 0
        spots = [(*self._candidates[at], letters) for far, at, letters in near if far == nearest]
        return [(number, one.whole, one.first(letters)) for number, one, letters in spots]

    @cached_property
    def _runs(self) -> tuple["_Run", ...]:
        words = [text.words for text in self.texts]
        canonical = [text.canonical for text in self.texts]
        return (_Run(words),) if words == canonical else (_Run(words), _Run(canonical))

    @cached_property
    def _candidates(self) -> list[tuple[int, PlacedWord]]:
        """Words that may have been meant, and after them two neighbours as one."""
        pairs = [(number, pair) for number, text in enumerate(self.texts) for pair in _pairs(text)]
        return [*self._singles, *pairs]

    @cached_property
    def _singles(self) -> list[tuple[int, PlacedWord]]:
        texts = enumerate(self.texts)
        words = [(number, word) for number, text in texts for word in text.words if _is_telling(word)]
        return words + [(number, rest) for number, word in words if (rest := word.after_elision)]

    @cached_property
    def _spellings(self) -> list[str]:
        return [word.word for _, word in self._candidates]


@lru_cache(maxsize=_KNOWN_FILMS)
def film_words(name: str, people: tuple[str, ...]) -> FilmWords:
    """Return the words of a film; those of a film seen lately are not read again."""
    return FilmWords((name, *people))


class _Run:
    """The words of a film without the spaces between them, text by text."""

    def __init__(self, texts: Sequence[Sequence[PlacedWord]]) -> None:
        self._letters = _BREAK.join("".join(word.word for word in words) for words in texts)
        self._ends: list[int] = []
        self._starts: dict[int, tuple[int, int]] = {}
        for number, words in enumerate(texts):
            for word in words:
                self._starts[len(self._ends)] = (number, word.start)
                if rest := word.after_elision:
                    self._starts[len(self._ends) + word.elided] = (number, rest.start)
                self._ends += word.ends
            # What would begin at the break ends the last word.
            self._starts[len(self._ends)] = (number, 0)
            self._ends.append(0)

    def find(self, text: str, *, goes_on: bool) -> Iterator[Spot]:
        """Yield where `text` begins with a word, and ends with one too unless it `goes_on`."""
        at = self._letters.find(text)
        while at >= 0:
            end = at + len(text)
            if at in self._starts and (goes_on or end in self._starts) and self._is_likely(at, end):
                number, start = self._starts[at]
                yield number, (start, self._ends[end - 1])
            at = self._letters.find(text, at + 1)

    def _is_likely(self, start: int, end: int) -> bool:
        is_one_word = not any(at in self._starts for at in range(start + 1, end))
        return is_one_word or end - start >= _SHORTEST_JOINED


def _is_telling(word: PlacedWord) -> bool:
    return word.word not in OPTIONAL_WORDS


def _pairs(text: Places) -> Iterator[PlacedWord]:
    for one, other in pairwise(text.words):
        yield PlacedWord(one.word + other.word, one.start, (*one.ends, *other.ends))


def _within(allowed: int, word: str, others: list[str]) -> list[tuple[int, int]]:
    """Return the distance and the place of those of the others that are at most `allowed` edits away."""
    found = extract(word, others, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return [(far, at) for _, far, at in found]

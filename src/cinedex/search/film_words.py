"""All the words of one film in one place: looked up whole, run together, half typed, or by their spelling.

Most words of a film were not typed. So they are compared as they are folded, and placed in its texts only where one
was found.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from cinedex.search.analysis import OPTIONAL_WORDS, elisions, is_canonical, words_of
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
        self._texts = tuple(texts)
        self._words = [words_of(text) for text in self._texts]
        self._forms = [
            words if is_canonical(words) else tuple(form.word for form in places_of(text).canonical)
            for text, words in zip(self._texts, self._words, strict=True)
        ]
        self._known = frozenset().union(*self._words, *self._forms)

    def places(self, text: int) -> Places:
        """Return where the words of a text are, by its number."""
        return places_of(self._texts[text])

    def whole(self, word: str, canonical: str) -> Sequence[Spot]:
        """Return where a word stands, as typed or else in its canonical form."""
        if word in self._known:
            return self._standing(word)
        return self._standing(canonical) if canonical in self._known else []

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
            beginnings = [other[: len(word)] for other in self._telling]
            begun = _within(allowed, word, beginnings)
            near += [(far, at, len(word)) for far, at in begun if len(words[at]) > len(word)]
            nearest = min(near)[0] if near else 0
        spots = [(*self._candidate(at), letters) for far, at, letters in near if far == nearest]
        return [(number, one.whole, one.first(letters)) for number, one, letters in spots]

    def _standing(self, word: str) -> list[Spot]:
        return [
            (number, self.places(number).words[at].whole)
            for number, (words, forms) in enumerate(zip(self._words, self._forms, strict=True))
            if word in words or word in forms
            for at, spellings in enumerate(zip(words, forms, strict=True))
            if word in spellings
        ]

    @cached_property
    def _runs(self) -> tuple["_Run", ...]:
        spelt = _Run(self._words, lambda text: self.places(text).words)
        if self._words == self._forms:
            return (spelt,)
        return spelt, _Run(self._forms, lambda text: self.places(text).canonical)

    def _candidate(self, at: int) -> tuple[int, PlacedWord]:
        """Return one of the spellings with its place; the other texts are not placed."""
        if at < len(self._singles):
            text, word = self._singles[at]
            return text, self.places(text).words[word]
        if at < len(self._telling):
            return self._rests[at - len(self._singles)]
        text, word = self._pairs[at - len(self._telling)]
        one, other = self.places(text).words[word : word + 2]
        return text, PlacedWord(one.word + other.word, one.start, (*one.ends, *other.ends))

    @cached_property
    def _spellings(self) -> list[str]:
        """Words that may have been meant, and after them two neighbours as one."""
        return self._telling + [one + other for words in self._words for one, other in pairwise(words)]

    @cached_property
    def _telling(self) -> list[str]:
        """Words that are not optional, and what follows those of them that are elided."""
        words = [word for words in self._words for word in words if _is_telling(word)]
        return words + [rest.word for _, rest in self._rests]

    @cached_property
    def _singles(self) -> list[tuple[int, int]]:
        """The words of `_telling` that are whole: the text of each, and its place among the words there."""
        texts = enumerate(self._words)
        return [(text, at) for text, words in texts for at, word in enumerate(words) if _is_telling(word)]

    @cached_property
    def _rests(self) -> list[tuple[int, PlacedWord]]:
        """The others: so few are elided that they are placed at once."""
        elided = [text for text, it in enumerate(self._texts) if elisions(it)]
        words = [
            (text, word) for text in elided for word in self.places(text).words if _is_telling(word.word)
        ]
        return [(text, rest) for text, word in words if (rest := word.after_elision)]

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        """The neighbours, by the place of the first of them."""
        return [(text, at) for text, words in enumerate(self._words) for at in range(len(words) - 1)]


@lru_cache(maxsize=_KNOWN_FILMS)
def film_words(name: str, people: tuple[str, ...]) -> FilmWords:
    """Return the words of a film; those of a film seen lately are not read again."""
    return FilmWords((name, *people))


class _Run:
    """The words of a film without the spaces between them, text by text."""

    def __init__(self, texts: Sequence[Sequence[str]], places: Callable[[int], Sequence[PlacedWord]]) -> None:
        self._letters = _BREAK.join(map("".join, texts))
        self._texts = range(len(texts))
        self._places = places

    def find(self, text: str, *, goes_on: bool) -> Iterator[Spot]:
        """Yield where `text` begins with a word, and ends with one too unless it `goes_on`."""
        at = self._letters.find(text)
        while at >= 0:
            end = at + len(text)
            starts, ends = self._placed
            if at in starts and (goes_on or end in starts) and self._is_likely(at, end):
                number, start = starts[at]
                yield number, (start, ends[end - 1])
            at = self._letters.find(text, at + 1)

    @cached_property
    def _placed(self) -> tuple[dict[int, tuple[int, int]], list[int]]:
        """Where words begin among the letters, each with its text and its place there; and where each letter ends."""
        starts: dict[int, tuple[int, int]] = {}
        ends: list[int] = []
        for text in self._texts:
            for word in self._places(text):
                starts[len(ends)] = (text, word.start)
                if rest := word.after_elision:
                    starts[len(ends) + word.elided] = (text, rest.start)
                ends += word.ends
            # What would begin at the break ends the last word.
            starts[len(ends)] = (text, 0)
            ends.append(0)
        return starts, ends

    def _is_likely(self, start: int, end: int) -> bool:
        starts, _ = self._placed
        is_one_word = not any(at in starts for at in range(start + 1, end))
        return is_one_word or end - start >= _SHORTEST_JOINED


def _is_telling(word: str) -> bool:
    return word not in OPTIONAL_WORDS


def _within(allowed: int, word: str, others: list[str]) -> list[tuple[int, int]]:
    """Return the distance and the place of those of the others that are at most `allowed` edits away."""
    found = extract(word, others, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return [(far, at) for _, far, at in found]

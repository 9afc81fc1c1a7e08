"""Where the words of a text stand in it, so that what matched can be marked in the text as it is written.

Folding changes lengths (ß, æ, ½, accents that stand alone), so a text is folded bit by bit: a character with
all that clings to it. Each letter of a folded word then knows where it comes from.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from cinedex.foundation.folding import fold
from cinedex.search.analysis import Title, analyse_title, elisions, words_of

Range = tuple[int, int]
"""Half-open, in characters of the text."""

_KNOWN_TEXTS = 512
_KNOWN_BITS = 4096

_PLAIN_WORD = re.compile("[A-Za-z0-9'`]+|&")
_LETTER = re.compile("[A-Za-z0-9&]")
_FOLDED_WORD = re.compile("[^ ]+")
# Folding leaves it as it is, and no accent joins with it.
_POST = "0"


class PlacedWord(NamedTuple):
    """A folded word, where it begins in the text, and where each of its letters ends.

    `elided` letters stand before an apostrophe: one of "damelie".
    """

    word: str
    start: int
    ends: Sequence[int]
    elided: int = 0

    def first(self, letters: int) -> Range:
        """Return the place of the first letters of the word."""
        return self.start, self.ends[letters - 1]

    @property
    def whole(self) -> Range:
        """The place of the word."""
        return self.start, self.ends[-1]

    @property
    def after_elision(self) -> "PlacedWord | None":
        """What follows the elided letters and their apostrophe, if there are some."""
        at = self.elided
        return PlacedWord(self.word[at:], self.ends[at - 1] + 1, self.ends[at:]) if at else None


class Places(NamedTuple):
    """A text read as a title, its words as they stand, and the same in their canonical forms."""

    title: Title
    words: tuple[PlacedWord, ...]
    canonical: tuple[PlacedWord, ...]


@lru_cache(maxsize=_KNOWN_TEXTS)
def places_of(text: str) -> Places:
    """Read a film's or a person's name; a text seen lately is not read again."""
    title = analyse_title(text)
    words = tuple(_with_elisions(text, _words(text)))
    # An article that was turned to the front still stands behind.
    forms = (*title.canonical[1:], title.canonical[0]) if title.is_turned else title.canonical
    if forms == tuple(word.word for word in words):
        return Places(title, words, words)
    # The letters of another form have no places of their own: any of them stands for the whole word.
    canonical = (
        word if form == word.word else PlacedWord(form, word.start, (word.ends[-1],) * len(form))
        for word, form in zip(words, forms, strict=True)
    )
    return Places(title, words, tuple(canonical))


def _with_elisions(text: str, words: Iterable[PlacedWord]) -> Iterable[PlacedWord]:
    elided = {found.start(): len(found[1]) for found in elisions(text)}
    return (one._replace(elided=elided.get(one.start, 0)) for one in words) if elided else words


def _words(text: str) -> Iterator[PlacedWord]:
    """Yield what `words_of` returns, with places."""
    if text.isascii() and _LETTER.search(text):
        return _plain_words(text)
    if not fold(text):
        # Nothing but marks: all of it is the word.
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        return (PlacedWord(word, start, (end,) * len(word)) for word in words_of(text))
    return _any_words(text)


def _plain_words(text: str) -> Iterator[PlacedWord]:
    for found in _PLAIN_WORD.finditer(text):
        start, end = found.span()
        word = found[0].lower()
        if word.isalnum():
            yield PlacedWord(word, start, range(start + 1, end + 1))
        elif word == "&":
            yield PlacedWord("and", start, (end,) * 3)
        elif kept := [at for at, letter in enumerate(word, start) if letter.isalnum()]:
            folded = "".join(text[at].lower() for at in kept)
            yield PlacedWord(folded, kept[0], [at + 1 for at in kept])


def _any_words(text: str) -> Iterator[PlacedWord]:
    letters = [(letter, *place) for place in _bits(text) for letter in _fold_bit(text[slice(*place)])]
    for found in _FOLDED_WORD.finditer("".join(letter for letter, _, _ in letters)):
        word, at = found[0], -1
        for part in [word] if word.isascii() else words_of(word):
            # Pairs of characters overlap, so the next part is looked for from the next letter on.
            at = word.index(part, at + 1)
            placed = letters[found.start() + at :][: len(part)]
            yield PlacedWord(part, placed[0][1], [end for _, _, end in placed])


def _bits(text: str) -> Iterator[Range]:
    """Yield the places of the bits that fold by themselves; what folds to nothing at their ends is left out."""
    starts = [at for at, character in enumerate(text) if at == 0 or not _clings(character)]
    for start, after in pairwise([*starts, len(text)]):
        end = after
        while end - 1 > start and _is_unseen(text[end - 1]):
            end -= 1
        yield start, end


@lru_cache(maxsize=_KNOWN_BITS)
def _fold_bit(bit: str) -> str:
    """Return the bit folded, with the spaces at its ends."""
    return fold(_POST + bit + _POST)[1:-1]


@lru_cache(maxsize=_KNOWN_BITS)
def _clings(character: str) -> bool:
    """Say whether a character becomes one with those before it: marks, later parts of a Hangul syllable."""
    first = unicodedata.normalize("NFKD", character)[0]
    is_jamo = "\u1161" <= first <= "\u1175" or "\u11a8" <= first <= "\u11c2"
    return is_jamo or unicodedata.category(first)[0] == "M" or _is_unseen(character)


def _is_unseen(character: str) -> bool:
    """Say whether a character is left out by folding and no accent: apostrophes, joiners."""
    return not _fold_bit(character) and unicodedata.category(character)[0] != "M"

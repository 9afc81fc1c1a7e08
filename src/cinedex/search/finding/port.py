"""What finding asks of an engine: which terms there are, and which films have them.

An engine whose answers are not at hand makes a step of look-ups more than once: what it has not asked yet it
notes, and answers with nothing, until nothing is left to ask. So a step asks for more, never for less, when a
look-up before found nothing, and does the same again when it is made again.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from cinedex.search.finding.facts import Facts
from cinedex.search.port import IndexUnavailable

PREFIX_LETTERS = 12
"""So many first letters of a title (without spaces) can be looked up as a prefix."""
EDGE_LETTERS = 6
"""So many first letters of any word can be looked up; longer prefixes are looked up among the words."""


class Tier(StrEnum):
    """The films that a field holds: the best known ones only, or all; each tier holds those before it."""

    FAMOUS = "_famous"
    KNOWN = "_known"
    ALL = ""


class Term(msgspec.Struct, frozen=True, gc=False):
    """A term of the index, what it is worth in a word's place (up to 1), and how many films have it."""

    field: str
    text: str
    worth: float
    films: int


BEGINS, NEAR = "_begins", "near"
"""Of terms that stand for others: all of a field (`words_begins`) that begin so, all words near to one (`word~2`)."""

Handle = Any
"""What an engine reads a film by."""

Hits = list[tuple[float, Handle]]
"""Films, each with a score: the sum of what its terms are worth."""

Films = Any
"""An engine's query of all films of a list."""

Row = tuple[int, Facts, bytes]
"""Of a film: its rank, its facts, and its joined title in UTF-8, cut to what is compared."""


class WordList(Protocol):
    """The terms of an index, or what is known of them."""

    @property
    def may_lack(self) -> bool:
        """Whether films may have terms that are not known here, or not yet."""
        ...

    @property
    def count(self) -> Callable[[str, str], int]:
        """Return how many films have a term (field, text); films deleted lately may still be counted."""
        ...

    def longer(self, field: str, text: str, worth: float, most: int) -> list[Term]:
        """Return the terms that most films have of those that begin with a text, and are longer."""
        ...

    def near(self, word: str, distance: int, *, goes_on: bool) -> list[Term]:
        """Return the known words within `distance` edits (1 or 2) of another one, the likeliest first.

        `goes_on` says that it may be half typed: known words may then be longer.
        """
        ...


class WordsUnreadable(IndexUnavailable):
    """The list of words cannot be read: what is asked may be answered without it."""


class WordSource(Protocol):
    """Where the list of words is had from that an engine does not keep itself."""

    def at(self, position: int) -> WordList:
        """Return the terms that are known now, of films as they were at an outbox position."""
        ...

    def errors(self) -> AbstractContextManager[None]:
        """Raise WordsUnreadable for what goes wrong meanwhile with the terms."""
        ...

    def close(self) -> None:
        """Let go of the terms."""
        ...


class Postings(Protocol):
    """Look-ups of films for one query; of each at most `wanted` films, the best known of equals first."""

    @property
    def wanted(self) -> int:
        """How many films of each look-up are wanted."""
        ...

    @property
    def key_of(self) -> Callable[[Handle], Hashable]:
        """Return the same for handles of the same film."""
        ...

    def most_prominent(self, field: str, texts: Sequence[str]) -> Hits:
        """Return the best known films that have one of the terms, and some numbers for scores."""
        ...

    def with_all(self, needed: Sequence[Sequence[Term]], others: Sequence[Sequence[Term]]) -> Hits:
        """Return films that have a term of each word.

        Those of the `others` speak for a film where a word was put right.
        """
        ...

    def named(self, names: Sequence[Sequence[Term]]) -> Hits:
        """Return films whose director has a term of each word."""
        ...

    def with_most(self, terms: Sequence[Sequence[Term]], least: int) -> Hits:
        """Return films that have a term of at least so many of the words."""
        ...

    def pass_over(self, terms: Sequence[Term]) -> None:
        """Note that films with one of these terms may be meant as well, though nobody looks them up."""
        ...

    def everything(self) -> Films:
        """Return all films that any look-up so far could find."""
        ...

    def read(self, handles: Sequence[Handle]) -> Iterable[Row]:
        """Return what is known of films that were found."""
        ...

    async def make(self, step: Callable[[], None]) -> None:
        """Make a step of look-ups."""
        ...

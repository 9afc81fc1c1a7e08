"""What search answers, as shapes for the OpenAPI document and as bytes that are sent as they are.

Films come from the index as JSON. They are put in place unread: only what is around them is encoded.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from cinedex.movies.schemas import MovieBody
from cinedex.search.matching import Match
from cinedex.search.models import Counts, Suggestion
from cinedex.search.reading import Reading

VERSION: Final = 2
"""Of the answers, for a cache that outlives a program: goes up when their shape, order or wording changes."""

_FOUND, _LISTED = b'{"message":"Movie found","movies":[', b'{"movies":['


class MovieFound(MovieBody):
    """A movie, and in which of its texts the words stand: all that was found, empty without a text."""

    matched_on: list[Match]


class ReadAs(msgspec.Struct, omit_defaults=True):
    """The filters that were read out of the text, and what is left of it."""

    text: str
    genre: tuple[str, ...] = ()
    director: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    score_from: float | None = None

    @classmethod
    def of(cls, reading: Reading | None) -> "ReadAs | None":
        """Return the wire shape of a reading, if there is one."""
        if reading is None:
            return None
        found = reading.filters
        years = found.year_from, found.year_to
        return cls(reading.text, found.genres, found.director, *years, found.score_from)


class SearchTail(msgspec.Struct, omit_defaults=True):
    """What goes with the films found.

    `did_you_mean` is the text with its slips put right. `degraded` says that only beginnings of titles were
    compared.
    """

    read_as: ReadAs | None = None
    did_you_mean: str | None = None
    degraded: bool = False


class SearchAnswer(SearchTail, kw_only=True):
    """The films found, best first, and how the text was understood."""

    message: str
    movies: list[MovieFound]


class GenreCount(msgspec.Struct):
    """How many films of a list are of a genre."""

    value: str
    count: int


class NumberCount(msgspec.Struct):
    """How many films of a list are of a decade (its first year), or have a score from `value` to the next."""

    value: int
    count: int


class Facets(msgspec.Struct):
    """How many films of the whole list are of each kind; `estimated` where there are too many to count."""

    genre: list[GenreCount]
    decade: list[NumberCount]
    score: list[NumberCount]
    estimated: bool

    @classmethod
    def of(cls, counts: Counts) -> "Facets":
        """Return the wire shape of `counts`."""
        return cls(
            genre=[GenreCount(value, count) for value, count in counts.genres.items()],
            decade=[NumberCount(value, count) for value, count in counts.decades.items()],
            score=[NumberCount(value, count) for value, count in counts.scores.items()],
            estimated=counts.is_estimated,
        )


class ListTail(msgspec.Struct, omit_defaults=True):
    """What goes with a page of films. `degraded` says that there is no list, only titles that begin so."""

    total: int | None
    facets: Facets | None
    next_cursor: str | None
    read_as: ReadAs | None = None
    did_you_mean: str | None = None
    degraded: bool = False


class ListAnswer(ListTail, kw_only=True):
    """A page of films, how many the whole list has and of which kinds, and where the next page begins."""

    movies: list[MovieFound]


class SuggestAnswer(msgspec.Struct, omit_defaults=True):
    """Directors, then films. `degraded` says that only beginnings of titles were compared."""

    suggestions: Sequence[Suggestion]
    degraded: bool = False


def search_body(movies: Iterable[bytes], tail: SearchTail) -> bytes:
    """Return a `SearchAnswer` of movies that are JSON."""
    return _FOUND + b",".join(movies) + b"]" + _rest(tail)


def list_body(movies: Iterable[bytes], tail: ListTail) -> bytes:
    """Return a `ListAnswer` of movies that are JSON."""
    return _LISTED + b",".join(movies) + b"]" + _rest(tail)


def _rest(tail: msgspec.Struct) -> bytes:
    """Return the last fields of an object, and its end."""
    written = msgspec.json.encode(tail)
    return b"}" if written == b"{}" else b"," + written[1:]

"""What search answers, as shapes for the OpenAPI document and as bytes that are sent as they are.

Films come from the index as JSON. They are put in place unread: only what is around them is encoded.
"""

from collections.abc import Iterable, Sequence

import msgspec

from cinedex.movies.schemas import MovieBody
from cinedex.search.models import Counts, Suggestion

_FOUND, _LISTED = b'{"message":"Movie found","movies":[', b'{"movies":['


class SearchAnswer(msgspec.Struct, omit_defaults=True):
    """The films found, best first. `degraded` says that only beginnings of titles were compared."""

    message: str
    movies: list[MovieBody]
    degraded: bool = False


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
    degraded: bool = False


class ListAnswer(ListTail, kw_only=True):
    """A page of films, how many the whole list has and of which kinds, and where the next page begins."""

    movies: list[MovieBody]


class SuggestAnswer(msgspec.Struct, omit_defaults=True):
    """Directors, then films. `degraded` says that only beginnings of titles were compared."""

    suggestions: Sequence[Suggestion]
    degraded: bool = False


def search_body(movies: Iterable[bytes], *, is_degraded: bool = False) -> bytes:
    """Return a `SearchAnswer` of movies that are JSON."""
    return _FOUND + b",".join(movies) + (b'],"degraded":true}' if is_degraded else b"]}")


def list_body(movies: Iterable[bytes], tail: ListTail) -> bytes:
    """Return a `ListAnswer` of movies that are JSON."""
    return _LISTED + b",".join(movies) + b"]," + msgspec.json.encode(tail).removeprefix(b"{")

"""What is searched for, what an index holds of a movie, and what comes back. No engine's words in here."""

from enum import StrEnum
from hashlib import blake2b
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from cinedex.movies.models import LARGEST_ID, Movie
from cinedex.movies.schemas import MovieBody
from cinedex.search.standing import prominence, rank_of

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 100
LONGEST_QUERY = 500
DEFAULT_SUGGESTIONS = 8
MOST_SUGGESTIONS = 20

# Places come back from callers, so they hold nothing that an index could not have been asked.
_Key = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
_Ids = Annotated[tuple[Annotated[int, Meta(ge=1, le=LARGEST_ID)], ...], Meta(max_length=LARGEST_LIMIT)]


class Filters(msgspec.Struct, frozen=True):
    """What a film must be, whatever the text: all of the genres, of this director, within years and score.

    Genres and director are compared folded. A film without a year or a score is outside any range of them.
    """

    genres: tuple[str, ...] = ()
    director: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    score_from: float | None = None


NO_FILTERS = Filters()


class Reads(StrEnum):
    """Whether filters are read out of a text: not at all, where that helps, or wherever there are any."""

    NEVER = "never"
    WHERE_IT_HELPS = "where it helps"
    ALWAYS = "always"


class SearchQuery(msgspec.Struct, frozen=True):
    """A search for films: the text as typed, how many are wanted, and what they must be."""

    text: str
    limit: int = DEFAULT_LIMIT
    filters: Filters = NO_FILTERS


class Hit(NamedTuple):
    """A film found: its id, and the movie as JSON."""

    id: int
    answer: bytes


class Found(msgspec.Struct, frozen=True):
    """The films found, best first; `is_strong` says that the best of them is what was meant, not a guess."""

    hits: list[Hit]
    is_strong: bool


class Sort(StrEnum):
    """What a list of films is sorted by: the best, best known and newest first, names from A on."""

    RELEVANCE = "relevance"
    SCORE = "score"
    POPULARITY = "popularity"
    YEAR = "year"
    NAME = "name"


class Place(msgspec.Struct, frozen=True, omit_defaults=True, array_like=True):
    """Where a page ended, so that the next one can begin there whatever was added meanwhile.

    By relevance, the first hundred films were put in order once: `waiting` are those not shown yet, by id,
    `shown` the others; what follows them comes by popularity. `depth` is how far the search had to reach.
    `key` and `name` are the sort key of the last film shown.
    """

    depth: Annotated[int, Meta(ge=0, le=100)] = 0
    waiting: _Ids = ()
    shown: _Ids = ()
    key: _Key | None = None
    name: str = ""


class Listing(msgspec.Struct, frozen=True):
    """A list of films to be leafed through: all that the text may mean, or all there are, within the filters."""

    text: str | None = None
    filters: Filters = NO_FILTERS
    sort: Sort = Sort.RELEVANCE
    limit: int = DEFAULT_LIMIT
    after: Place | None = None


class Counts(msgspec.Struct, frozen=True):
    """How many films of a list are of each genre, decade and full score; the most frequent genre first.

    `is_estimated` says that one film of sixteen was counted, since there are very many.
    """

    genres: dict[str, int]
    decades: dict[int, int]
    scores: dict[int, int]
    is_estimated: bool = False


class Page(msgspec.Struct, frozen=True):
    """A page of a list, how many films the whole list has, and where the next page begins, if there is one."""

    hits: list[Hit]
    total: int
    counts: Counts
    next: Place | None


class Suggestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """A film or a director that a half typed text may become.

    `id` and `year` are a film's, `films` is how many a director has; what is not there is left out of the JSON.
    """

    kind: Literal["film", "director"]
    text: str
    id: int | None = None
    year: int | None = None
    films: int | None = None


class Mark(msgspec.Struct, frozen=True):
    """Where an index stands: its generation, and the outbox position it has applied.

    A generation's name is never given again, by no installation: caches rest on it.
    """

    generation: str
    position: int


class MovieDocument(msgspec.Struct, frozen=True):
    """What an index holds of one movie.

    `answer` is the movie as JSON, ready to be sent; `digest` stands for all that went in, so that index and
    database can be compared; `rank` orders films that match equally well (see `rank_of`).
    """

    id: int
    name: str
    director: str
    cast: tuple[str, ...]
    genres: tuple[str, ...]
    year: int | None
    score: float | None
    rank: int
    answer: bytes
    digest: int

    @classmethod
    def of(cls, movie: Movie) -> "MovieDocument":
        """Make the document of a movie."""
        return cls(
            id=movie.id,
            name=movie.name,
            director=movie.director or "",
            cast=movie.cast,
            genres=movie.genres,
            year=movie.year,
            score=movie.imdb_score,
            rank=rank_of(prominence(movie), movie.id),
            answer=msgspec.json.encode(MovieBody.of(movie)),
            digest=digest(movie),
        )


def digest(movie: Movie) -> int:
    """Return 63 bits that change when anything in the movie does."""
    return int.from_bytes(blake2b(msgspec.msgpack.encode(movie), digest_size=8).digest(), "big") >> 1

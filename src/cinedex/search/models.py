"""What is searched for, what an index holds of a movie, and what comes back. No engine's words in here."""

from hashlib import blake2b
from typing import NamedTuple

import msgspec

from cinedex.movies.models import Movie
from cinedex.movies.schemas import MovieBody
from cinedex.search.standing import prominence, rank_of

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 100
LONGEST_QUERY = 500


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


class Mark(msgspec.Struct, frozen=True):
    """Where an index stands: its generation, and the outbox position it has applied."""

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

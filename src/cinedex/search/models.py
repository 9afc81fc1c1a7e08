"""What is searched for, what an index holds of a movie, and what comes back. No engine's words in here."""

import math
from hashlib import blake2b

import msgspec

from cinedex.movies.models import Movie
from cinedex.movies.schemas import MovieBody

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 100
LONGEST_QUERY = 500


class SearchQuery(msgspec.Struct, frozen=True):
    """A search for films: the text as typed, and how many are wanted."""

    text: str
    limit: int = DEFAULT_LIMIT


class Mark(msgspec.Struct, frozen=True):
    """Where an index stands: its generation, and the outbox position it has applied."""

    generation: str
    position: int


class MovieDocument(msgspec.Struct, frozen=True):
    """What an index holds of one movie.

    `answer` is the movie as JSON, ready to be sent; `digest` stands for all that went in, so that index and
    database can be compared; `prominence` (0 to 1) orders films that match equally well.
    """

    id: int
    name: str
    director: str
    cast: tuple[str, ...]
    year: int | None
    prominence: float
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
            year=movie.year,
            prominence=prominence(movie),
            answer=msgspec.json.encode(MovieBody.of(movie)),
            digest=digest(movie),
        )


def digest(movie: Movie) -> int:
    """Return 63 bits that change when anything in the movie does."""
    return int.from_bytes(blake2b(msgspec.msgpack.encode(movie), digest_size=8).digest(), "big") >> 1


_MOST_VOTES = math.log1p(3_000_000)
_MOST_POPULARITY = math.log1p(100)


def prominence(movie: Movie) -> float:
    """Return how well known a film is, from 0 to 1.

    Votes tell it best, then a popularity. Where neither is known, films of which more is known are the better
    known ones; they stay below all that have votes or a popularity.
    """
    if movie.votes:
        return 0.3 + 0.7 * min(1.0, math.log1p(movie.votes) / _MOST_VOTES)
    if movie.popularity:
        return 0.3 + 0.5 * min(1.0, math.log1p(movie.popularity) / _MOST_POPULARITY)
    known = (movie.imdb_score is not None, bool(movie.director), bool(movie.cast), bool(movie.genres))
    quality = (movie.imdb_score or 0) / 10
    return sum(
        weight for weight, is_known in zip((0.1, 0.06, 0.04, 0.02), known, strict=True) if is_known
    ) + (0.05 * quality)

"""What a movie is, and what a new one must hold."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TypeVar

import msgspec

from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import fold_key
from cinedex.foundation.text import clean_name, clean_names

N = TypeVar("N", int, float)

LONGEST_NAME = 500
LONGEST_KEY = 1000
# An entry of an index of PostgreSQL holds no more.
LONGEST_KEY_BYTES = 2600
LONGEST_PERSON = 200
LONGEST_GENRE = 100
MOST_GENRES = 30
MOST_CAST = 100
HIGHEST_SCORE = 10.0
HIGHEST_POPULARITY = 1_000_000.0
YEARS = range(1870, 2101)
MOST_VOTES = 2**31 - 1
LARGEST_ID = 2**63 - 1

ANSWER_VERSION = 2
"""Of the shape that a movie is answered in: goes up with it, or a copy of another shape would be called current."""


class NewMovie(msgspec.Struct, frozen=True, kw_only=True):
    """A movie to be added: every value checked and cleaned. Make one with `new_movie`."""

    name: str
    director: str | None
    imdb_score: float | None
    popularity: float | None
    genres: tuple[str, ...]
    year: int | None
    votes: int | None
    cast: tuple[str, ...]

    @property
    def identity_key(self) -> str:
        """Name, director and year, folded: two movies that share it are the same movie.

        It begins with the folded name. Folding can lengthen a text, so what is too long ends in a hash.
        """
        key = "\x1f".join((fold_key(self.name), fold_key(self.director or ""), str(self.year or "")))
        encoded = key.encode()
        if len(key) <= LONGEST_KEY and len(encoded) <= LONGEST_KEY_BYTES:
            return key
        begins = encoded[: LONGEST_KEY_BYTES - 64].decode(errors="ignore")
        return begins[: LONGEST_KEY - 64] + blake2b(encoded, digest_size=32).hexdigest()


class Movie(NewMovie, frozen=True, kw_only=True):
    """A movie of the catalogue."""

    id: int

    @property
    def revision(self) -> str:
        """A hash of all that the movie holds, and of the shape of its answer: the same as long as neither changes."""
        shape = ANSWER_VERSION.to_bytes()
        return blake2b(msgspec.json.encode(self), digest_size=16, person=shape).hexdigest()


class Genre(msgspec.Struct, frozen=True):
    """A genre of the catalogue, its title as it is shown."""

    id: int
    title: str


def new_movie(  # noqa: PLR0913 -- a movie has this many parts
    *,
    name: str,
    director: str | None = None,
    imdb_score: float | None = None,
    popularity: float | None = None,
    genres: Sequence[str] = (),
    year: int | None = None,
    votes: int | None = None,
    cast: Sequence[str] = (),
) -> NewMovie:
    """Check and clean the parts of a new movie.

    Genres are trimmed and named once each; blank genres and blank names in the cast are left out. A score is rounded.
    Raises Invalid, naming the field at fault.
    """
    if len(genres) > MOST_GENRES:
        raise Invalid("Too many genres", fields={"genre": f"at most {MOST_GENRES}"})
    if len(cast) > MOST_CAST:
        raise Invalid("Too many people in the cast", fields={"cast": f"at most {MOST_CAST}"})
    titles = clean_names(genres, "genre", limit=LONGEST_GENRE)
    return NewMovie(
        name=clean_name(name, "name", limit=LONGEST_NAME),
        director=clean_name(director, "director", limit=LONGEST_PERSON) if director is not None else None,
        imdb_score=rounded_score(_fraction(imdb_score, "imdb_score", HIGHEST_SCORE)),
        popularity=_fraction(popularity, "popularity", HIGHEST_POPULARITY),
        genres=tuple(by_folded_title(titles).values()),
        year=_within(year, "year", YEARS[0], YEARS[-1]),
        votes=_within(votes, "votes", 0, MOST_VOTES),
        cast=tuple(clean_names(cast, "cast", limit=LONGEST_PERSON)),
    )


def rounded_score(score: float | None) -> float | None:
    """Return a score in full thousandths: films are scored no finer, and an index keeps them so."""
    return None if score is None else round(score, 3)


def genre_title(text: str) -> str:
    """Return a genre's title as it is stored: trimmed. Raises Invalid."""
    return clean_name(text, "genre", limit=LONGEST_GENRE)


def by_folded_title(titles: Iterable[str]) -> dict[str, str]:
    """Return the titles by their folded form, in order; of those that fold to the same, the first."""
    found: dict[str, str] = {}
    for title in titles:
        found.setdefault(fold_key(title), title)
    return found


def _fraction(value: float | None, field: str, highest: float) -> float | None:
    checked = _within(value, field, 0.0, highest)
    # Adding zero makes -0.0 a plain 0.0.
    return None if checked is None else float(checked) + 0.0


def _within(value: N | None, field: str, lowest: N, highest: N) -> N | None:
    # A NaN compares false with everything, so it is refused here too.
    if value is not None and not lowest <= value <= highest:
        raise Invalid(f"{field} is out of range", fields={field: f"from {lowest} to {highest}"})
    return value

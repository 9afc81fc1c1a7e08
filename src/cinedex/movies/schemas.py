"""What the calls of the catalogue read and answer."""

from typing import Annotated, Any, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cinedex.foundation.errors import Invalid
from cinedex.foundation.text import LISTED_NAME_PATTERN, NAME_PATTERN
from cinedex.movies import models
from cinedex.movies.models import Genre, Movie, NewMovie, new_movie


# Bounds are told here and decided in `models`, for every way in.
def _name(longest: int) -> Meta:
    return Meta(extra_json_schema={"minLength": 1, "maxLength": longest, "pattern": NAME_PATTERN})


def _listed_name(longest: int) -> Meta:
    return Meta(extra_json_schema={"maxLength": longest, "pattern": LISTED_NAME_PATTERN})


Name = Annotated[str, _name(models.LONGEST_NAME)]
Person = Annotated[str, _name(models.LONGEST_PERSON)]
GenreTitle = Annotated[str, _name(models.LONGEST_GENRE)]
Score = Annotated[float, Meta(extra_json_schema={"minimum": 0, "maximum": models.HIGHEST_SCORE})]
NewScore = Annotated[Score, Meta(description="Rounded to thousandths.")]
Popularity = Annotated[float, Meta(extra_json_schema={"minimum": 0, "maximum": models.HIGHEST_POPULARITY})]
Year = Annotated[int, Meta(extra_json_schema={"minimum": models.YEARS[0], "maximum": models.YEARS[-1]})]
Votes = Annotated[int, Meta(extra_json_schema={"minimum": 0, "maximum": models.MOST_VOTES})]
# In lists, what is blank is left out.
GenreTitles = Annotated[
    Annotated[
        list[Annotated[str, _listed_name(models.LONGEST_GENRE)]],
        Meta(extra_json_schema={"maxItems": models.MOST_GENRES}),
    ]
    | Annotated[str, _listed_name(models.LONGEST_GENRE)],
    Meta(description="Titles of the catalogue's genres; one may stand alone."),
]
Cast = Annotated[
    list[Annotated[str, _listed_name(models.LONGEST_PERSON)]],
    Meta(extra_json_schema={"maxItems": models.MOST_CAST}),
]


class MovieToAdd(msgspec.Struct):
    """A movie to add. The catalogue must have its genres."""

    name: Name
    imdb_score: NewScore
    director: Person
    popularity: Popularity | None = None
    genre: GenreTitles | None = None
    genres: GenreTitles | None = None
    year: Year | None = None
    votes: Votes | None = None
    cast: Cast | None = None
    # What the older service calls popularity.
    old_popularity: Popularity | None = msgspec.field(default=None, name="99popularity")

    def cleaned(self) -> NewMovie:
        """Return it checked and cleaned. Raises Invalid."""
        return new_movie(
            name=self.name,
            director=self.director,
            imdb_score=self.imdb_score,
            popularity=self.popularity if self.popularity is not None else self.old_popularity,
            genres=given_titles(self.genre, self.genres),
            year=self.year,
            votes=self.votes,
            cast=self.cast or (),
        )


class MoviePatch(msgspec.Struct):
    """Changes to a movie. What is not given stays; null clears it, and lists are replaced as a whole."""

    name: Name | UnsetType = UNSET
    imdb_score: NewScore | UnsetType | None = UNSET
    director: Person | UnsetType | None = UNSET
    popularity: Popularity | UnsetType | None = UNSET
    genre: GenreTitles | UnsetType | None = UNSET
    genres: GenreTitles | UnsetType | None = UNSET
    year: Year | UnsetType | None = UNSET
    votes: Votes | UnsetType | None = UNSET
    cast: Cast | UnsetType | None = UNSET

    def changes(self) -> dict[str, Any]:
        """Return what was given, under the names that `new_movie` has for it. Raises Invalid if nothing was."""
        given = {name: it for name, it in msgspec.structs.asdict(self).items() if it is not UNSET}
        if not given:
            raise Invalid("Missing data")
        if "genre" in given or "genres" in given:
            given["genres"] = given_titles(given.pop("genre", None), given.get("genres"))
        if "cast" in given:
            given["cast"] = given["cast"] or ()
        return given


class GenreToAdd(msgspec.Struct):
    """A genre to add."""

    title: GenreTitle


class GenreBody(msgspec.Struct):
    """A genre."""

    title: str

    @classmethod
    def of(cls, genre: Genre) -> Self:
        """Return the wire shape of `genre`."""
        return cls(genre.title)


class MovieBody(msgspec.Struct):
    """A movie, wherever one is shown; null, or an empty list, stands for what nobody knows."""

    id: int
    name: str
    director: str | None
    imdb_score: float | None
    popularity: float | None
    genres: list[GenreBody]
    year: int | None
    votes: int | None
    cast: list[str]

    @classmethod
    def of(cls, movie: Movie) -> Self:
        """Return the wire shape of `movie`."""
        return cls(
            id=movie.id,
            name=movie.name,
            director=movie.director,
            imdb_score=movie.imdb_score,
            popularity=movie.popularity,
            genres=[GenreBody(title) for title in movie.genres],
            year=movie.year,
            votes=movie.votes,
            cast=list(movie.cast),
        )


class MovieAdded(msgspec.Struct):
    """The movie as it was stored."""

    message: str
    movie: MovieBody


class GenreAdded(msgspec.Struct):
    """The genre as it was stored."""

    message: str
    genre: GenreBody


class GenreList(msgspec.Struct):
    """All genres by title."""

    genres: list[GenreBody]


def given_titles(*given: list[str] | str | None) -> list[str]:
    """Return the genres that were given: under either name, several or one."""
    return [title for titles in given for title in ([titles] if isinstance(titles, str) else titles or [])]

"""What a film can be found and sorted by, in the words that every engine's documents hold."""

from typing import NamedTuple, Self

from cinedex.movies.models import YEARS
from cinedex.search.analysis import (
    Title,
    acronym,
    analyse_title,
    canonical,
    neighbours,
    words_after_elisions,
    words_of,
)
from cinedex.search.models import MovieDocument
from cinedex.search.standing import steps_of

_AGE_MASK = (1 << 32) - 1
_YEAR_BEFORE_ALL = YEARS[0] - 1


class Findable(NamedTuple):
    """The terms of one film, all folded.

    `spelt` are the words of title, director and cast as they stand, and those after an elision by themselves, `words` these and the title's canonical
    ones, `begun` the words of title and director that somebody may have typed half. `whole` is the title
    without spaces, with and without its article, `exact` that and the title as it stood; `joined` are
    neighbouring words without their space, and the acronym.
    """

    title: Title
    director: tuple[str, ...]
    spelt: set[str]
    words: set[str]
    begun: set[str]
    whole: set[str]
    exact: set[str]
    joined: tuple[str, ...]

    @classmethod
    def of(cls, movie: MovieDocument) -> Self:
        """Return the terms of a movie."""
        title = analyse_title(movie.name)
        director = words_of(movie.director)
        begun = {
            *title.raw,
            *director,
            *words_after_elisions(movie.name),
            *words_after_elisions(movie.director),
        }
        spelt = begun.union(*map(words_of, movie.cast), *map(words_after_elisions, movie.cast))
        whole = {"".join(title.raw), title.joined, title.without_article}
        short = acronym(movie.name)
        return cls(
            title=title,
            director=director,
            spelt=spelt,
            words=spelt.union(map(canonical, title.raw)),
            begun=begun,
            whole=whole,
            exact={*whole, title.spelling.replace(" ", "")},
            joined=(*neighbours(title.raw), *neighbours(director), *([short] if short else [])),
        )


class SortKeys(NamedTuple):
    """What lists are sorted by, from the highest on; the better known of equals, then the older one, is first.

    `name` is sorted from A on, the article left out, and ends in a tab and the movie's id: each key is unique.
    """

    by_score: int
    by_year: int
    name: str

    @classmethod
    def of(cls, movie: MovieDocument, title: Title) -> Self:
        """Return the sort keys of a movie."""
        prominence, age = steps_of(movie.rank), _AGE_MASK - (movie.id & _AGE_MASK)
        score = 0 if movie.score is None else 1 + thousandths(movie.score)
        year = 0 if movie.year is None else movie.year - _YEAR_BEFORE_ALL
        name = " ".join(title.raw[1:] if title.article else title.raw)
        return cls(
            by_score=score << 48 | (prominence >> 4) << 32 | age,
            by_year=year << 52 | prominence << 32 | age,
            name=f"{name}\t{movie.id:020}",
        )


def thousandths(score: float) -> int:
    """Return a score in thousandths, the unit of the index."""
    return round(score * 1000)


def at_least(score: float) -> int:
    """Return the fewest thousandths that are no less than `score`, compared as the numbers that people are shown."""
    nearest = thousandths(score)
    return nearest if nearest / 1000 >= score else nearest + 1

"""The films that are measured on: the large catalogue beside the checkout, the sample, or a file of one's own."""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.search.evaluation.making import make_queries
from cinedex.search.evaluation.queries import By, JudgedQuery, read_queries
from cinedex.search.evaluation.scoring import Outcome
from synthesise import enlarge

_SHARED = Path(__file__).parents[2] / "shared"
LARGE = _SHARED / "data" / "movies.ndjson.gz"
RELEVANCE = _SHARED / "eval" / "dev.ndjson"
_PER_KIND = 60
_SEED = 3


class Corpus:
    """Real films in the order of their file, and queries that want some of them, by place in that order."""

    def __init__(self, films: Sequence[NewMovie], queries: Sequence[JudgedQuery]) -> None:
        self.films = films
        self.queries = queries
        # A file may hold a film twice; that is one place.
        self._places = {film.identity_key: place for place, film in enumerate(films)}

    def some(self, count: int) -> Iterator[NewMovie]:
        """Yield `count` films: a part of the real ones that holds all that are wanted, or all and made ones."""
        if count > len(self.films):
            return enlarge(self.films, count)
        wanted = {place for query in self.queries for place in query.want}
        others = [place for place in range(len(self.films)) if place not in wanted]
        random.Random(_SEED).shuffle(others)  # noqa: S311 -- the same films every time
        return (self.films[place] for place in sorted([*sorted(wanted), *others][:count]))

    def judge(self, query: JudgedQuery, found: Iterable[str], seconds: float) -> Outcome:
        """Return what became of a query; `found` are the identity keys of the films found, best first."""
        wanted = frozenset(self._places[self.films[place].identity_key] for place in query.want)
        return Outcome(query, wanted, tuple(self._places.get(key, -1) for key in found), seconds)


def default_films() -> Path:
    """Return the large catalogue where it lies beside the checkout, else the sample that ships."""
    return LARGE if LARGE.exists() else SAMPLE


def read_corpus(path: Path) -> Corpus:
    """Return the films of a file and queries: the relevance set, which is of the large catalogue, or made ones."""
    with MovieFile(path) as file:
        films = [film for film in file if isinstance(film, NewMovie)]
    if path == LARGE and RELEVANCE.exists():
        return Corpus(films, read_queries(RELEVANCE, By.LINE))
    return Corpus(films, make_queries(dict(enumerate(films)), By.LINE, seed=_SEED, per_kind=_PER_KIND))

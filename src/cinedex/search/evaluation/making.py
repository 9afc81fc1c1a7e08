"""A set of judged queries made of a catalogue's own films: titles and directors as people type them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from random import Random

import msgspec

from cinedex.foundation.folding import fold
from cinedex.movies.models import NewMovie
from cinedex.search.evaluation import typed
from cinedex.search.evaluation.queries import By, JudgedQuery
from cinedex.search.evaluation.slips import slipped
from cinedex.search.models import LONGEST_QUERY

_FEWEST_OF_A_DIRECTOR = 3


class _Film(msgspec.Struct, frozen=True):
    """A film, folded; `director` is empty where nobody knows."""

    number: int
    name: str
    title: str
    director: str
    year: int | None

    @property
    def surname(self) -> str:
        return self.director.rpartition(" ")[2]


# What is typed, and the films that are right for it.
_Judged = tuple[str, list[_Film]] | None


def make_queries(films: Mapping[int, NewMovie], by: By, *, seed: int, per_kind: int) -> list[JudgedQuery]:
    """Return up to `per_kind` queries of each kind, fewer where few films fit; the same for the same seed.

    `films` are keyed by what `by` says. A query wants all films for which it is right: all of the title it was
    made of, and all whose title it happens to be. Films whose names hold no letter or digit are passed over.
    """
    folded = (
        _Film(number, film.name, fold(film.name), fold(film.director or ""), film.year)
        for number, film in sorted(films.items())
    )
    made = _Making([film for film in folded if film.title])
    return [
        JudgedQuery(kind, query, tuple(sorted(film.number for film in wanted)), by)
        for kind, make in made.kinds.items()
        for query, wanted in made.some(per_kind, make, Random(f"{seed} {kind}"))  # noqa: S311 -- the same each time
    ]


class _Making:
    """The films by what a query may name, and a way to make each kind of query of one."""

    def __init__(self, films: list[_Film]) -> None:
        self._films = films
        self._by_title: defaultdict[str, list[_Film]] = defaultdict(list)
        self._by_director: defaultdict[str, list[_Film]] = defaultdict(list)
        for film in films:
            self._by_title[film.title].append(film)
            self._by_director[film.director].append(film)
        of_titles = (
            typed.exact,
            typed.prefix,
            typed.typo1,
            typed.typo2,
            typed.typo_prefix,
            typed.joined,
            typed.split,
            typed.dropped,
            typed.order,
            typed.roman,
            typed.accents,
        )
        self.kinds: dict[str, Callable[[_Film, Random], _Judged]] = {
            **{each.__name__: self._of_title(each) for each in of_titles},
            "title+director": self._title_and_director,
            "title+year": self._title_and_year,
            "director": self._director,
            "director_typo": self._director_typo,
        }

    def some(
        self, count: int, make: Callable[[_Film, Random], _Judged], chance: Random
    ) -> Iterator[tuple[str, list[_Film]]]:
        """Yield what is made of that many films, drawn by chance; no query twice."""
        queries: set[str] = set()
        for film in chance.sample(self._films, len(self._films)):
            if len(queries) == count:
                return
            judged = make(film, chance)
            if judged and judged[0] not in queries and len(judged[0]) <= LONGEST_QUERY:
                queries.add(judged[0])
                yield judged

    def _of_title(self, type_: Callable[[str, Random], str | None]) -> Callable[[_Film, Random], _Judged]:
        def make(film: _Film, chance: Random) -> _Judged:
            query = type_(film.name, chance)
            return self._right(query, self._by_title[film.title]) if query else None

        return make

    def _right(self, query: str, wanted: list[_Film]) -> _Judged:
        named = self._by_title.get(fold(query), [])
        return query, [*wanted, *(film for film in named if film not in wanted)]

    def _title_and_director(self, film: _Film, chance: Random) -> _Judged:
        if not film.director:
            return None
        same = [other for other in self._by_title[film.title] if other.surname == film.surname]
        return self._right(" ".join(chance.sample([film.title, film.surname], 2)), same)

    def _title_and_year(self, film: _Film, _chance: Random) -> _Judged:
        """Only where the year tells films apart."""
        namesakes = self._by_title[film.title]
        same = [other for other in namesakes if other.year == film.year]
        if film.year is None or len(same) == len(namesakes):
            return None
        return self._right(f"{film.title} {film.year}", same)

    def _director(self, film: _Film, _chance: Random) -> _Judged:
        films = self._by_director[film.director] if film.director else []
        return (film.director, films) if len(films) >= _FEWEST_OF_A_DIRECTOR else None

    def _director_typo(self, film: _Film, chance: Random) -> _Judged:
        judged = self._director(film, chance)
        query = slipped(film.director, 1, chance) if judged else None
        return (query, judged[1]) if judged and query else None

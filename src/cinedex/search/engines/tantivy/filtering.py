"""What a film must be, as a mask over candidates and as clauses of a query.

Candidates are found without the filter and masked by their packed facts, which costs next to nothing. Only
when too few are left, and there may be more, is the search made again with the filter as part of each look-up.
A director is always part of the look-up: few films are of one. So are genres that have no bit to mask by.
"""

from collections.abc import Sequence
from typing import Any

import tantivy
from tantivy import FieldType, Query

from cinedex.movies.models import YEARS
from cinedex.search.analysis import words_of
from cinedex.search.engines.tantivy.packing import MOST_GENRE_BITS, pack_genres
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.findable import at_least
from cinedex.search.finding.facts import UNKNOWN_SCORE
from cinedex.search.finding.retrieval import FoundFilm
from cinedex.search.models import Filters

_LATEST = YEARS[-1]


class Screen:
    """The filters of one query on one snapshot."""

    def __init__(self, snapshot: Snapshot, filters: Filters) -> None:
        self._schema = snapshot.schema
        self._filters = filters
        numbers = [snapshot.number_of(genre) for genre in filters.genres]
        self.is_impossible = None in numbers
        """Whether a genre is wanted that no film is of."""
        self._genres = {number: snapshot.genres[number] for number in numbers if number is not None}
        self._genre_bits = pack_genres(self._genres)
        self._director = words_of(filters.director) if filters.director is not None else ()

    @property
    def masks(self) -> bool:
        """Whether `passing` leaves anything out: by genres, years or score."""
        filters = self._filters
        bounds = (filters.year_from, filters.year_to, filters.score_from)
        return self._genre_bits != 0 or any(bound is not None for bound in bounds)

    @property
    def unmasked_clauses(self) -> list[Query]:
        """The clauses of what `passing` does not tell: the director's words, and genres without a bit."""
        return [
            *(self._term("director", word) for word in self._director),
            *(self._term("genre", title) for at, title in self._genres.items() if at >= MOST_GENRE_BITS),
        ]

    @property
    def clauses(self) -> list[Query]:
        """The clauses of all filters."""
        filters = self._filters
        masked = [title for at, title in self._genres.items() if at < MOST_GENRE_BITS]
        clauses = [*self.unmasked_clauses, *(self._term("genre", title) for title in masked)]
        if filters.year_from is not None or filters.year_to is not None:
            clauses.append(self._range("year", filters.year_from, filters.year_to))
        if filters.score_from is not None:
            clauses.append(self._range("score", at_least(filters.score_from), None))
        return clauses

    def passing(self, searcher: tantivy.Searcher, films: Sequence[FoundFilm]) -> list[FoundFilm]:
        """Return the films that pass, but for what `unmasked_clauses` tell."""
        filters = self._filters
        lowest, highest = filters.year_from or 1, filters.year_to or _LATEST
        has_years = filters.year_from is not None or filters.year_to is not None
        score = -1 if filters.score_from is None else at_least(filters.score_from)
        wanted = self._genre_bits
        bits: list[Any] = searcher.fast_field_values("genre_bits", [film.handle for film in films])
        return [
            film
            for film, genres in zip(films, bits, strict=True)
            if genres & wanted == wanted
            and (not has_years or lowest <= film.facts.year <= highest)
            and (score < 0 or score <= film.facts.score < UNKNOWN_SCORE)
        ]

    def _term(self, field: str, text: str) -> Query:
        return Query.term_query(self._schema, field, text, index_option="basic")

    def _range(self, field: str, lowest: int | None, highest: int | None) -> Query:
        return Query.range_query(self._schema, field, FieldType.Integer, lowest, highest)

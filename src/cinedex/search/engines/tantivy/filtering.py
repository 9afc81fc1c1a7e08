"""What a film must be, as a mask over candidates and as clauses of a query.

Candidates are found without the filter and masked by their packed facts, which costs next to nothing. Only
when too few are left, and there may be more, is the search made again with the filter as part of each look-up.
A director is always part of the look-up: few films are of one.
"""

from tantivy import FieldType, Occur, Query

from cinedex.foundation.folding import fold_key
from cinedex.search.analysis import words_of
from cinedex.search.engines.tantivy.packing import (
    MOST_GENRE_BITS,
    UNKNOWN_SCORE,
    Facts,
    Flags,
    Ints,
    at_least,
)
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.models import Filters


class Screen:
    """The filters of one query on one snapshot."""

    def __init__(self, snapshot: Snapshot, filters: Filters) -> None:
        self._schema = snapshot.schema
        self._filters = filters
        numbers = {fold_key(genre): number for number, genre in enumerate(snapshot.genres)}
        self._genres = [numbers.get(fold_key(genre)) for genre in filters.genres] if filters.genres else []
        self._titles = [snapshot.genres[number] for number in self._genres if number is not None]
        self._director = words_of(filters.director) if filters.director is not None else ()

    @property
    def is_impossible(self) -> bool:
        """Whether a genre is wanted that no film is of."""
        return None in self._genres

    @property
    def masks(self) -> bool:
        """Whether `mask` leaves anything out: genres, years or score."""
        filters = self._filters
        bounds = (filters.year_from, filters.year_to, filters.score_from)
        return bool(self._genres) or any(bound is not None for bound in bounds)

    @property
    def director_clauses(self) -> list[Query]:
        """The clauses of the director's words."""
        return [self._term("director", word) for word in self._director]

    @property
    def clauses(self) -> list[Query]:
        """The clauses of all filters."""
        filters = self._filters
        clauses = [*self.director_clauses, *(self._term("genre", title) for title in self._titles)]
        if filters.year_from is not None or filters.year_to is not None:
            clauses.append(self._range("year", filters.year_from, filters.year_to))
        if filters.score_from is not None:
            clauses.append(self._range("score", at_least(filters.score_from), None))
        return clauses

    def mask(self, facts: Facts, genre_bits: Ints) -> Flags:
        """Mark the candidates that pass, but for their director."""
        filters = self._filters
        passes = facts.year >= (filters.year_from or 0)
        if filters.year_from is not None or filters.year_to is not None:
            passes &= facts.year > 0
        if filters.year_to is not None:
            passes &= facts.year <= filters.year_to
        if filters.score_from is not None:
            passes &= (facts.score >= at_least(filters.score_from)) & (facts.score != UNKNOWN_SCORE)
        bits = sum(
            1 << number for number in {*self._genres} if number is not None and number < MOST_GENRE_BITS
        )
        passes &= genre_bits & bits == bits
        return passes

    def _term(self, field: str, text: str) -> Query:
        return Query.term_query(self._schema, field, text, index_option="basic")

    def _range(self, field: str, lowest: int | None, highest: int | None) -> Query:
        return Query.range_query(self._schema, field, FieldType.Integer, lowest, highest)


def narrowed(query: Query, clauses: list[Query]) -> Query:
    """Return the query of films that a query finds and all clauses allow; scores stay the query's."""
    if not clauses:
        return query
    allowed = [(Occur.Must, Query.const_score_query(clause, 0.0)) for clause in clauses]
    return Query.boolean_query([(Occur.Must, query), *allowed])

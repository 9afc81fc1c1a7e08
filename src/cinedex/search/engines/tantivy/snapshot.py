"""The index as it stood at one moment."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple, Self

import tantivy
from tantivy import Occur, Query

from cinedex.foundation.folding import fold_key
from cinedex.search.models import Counts, Mark

_MOST_COUNTS = 5_000


class Snapshot(NamedTuple):
    """A searcher, where the index stood, and its genres by number."""

    mark: Mark
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    genres: list[str]
    frequency: Callable[[str, str], int]
    """Returns how many films have a term (field, text); films deleted lately may still be counted."""
    totals: dict[Hashable, tuple[int, Counts]]
    """How many films lists have, by text, filters and depth: the same on each of their pages."""

    @classmethod
    def of(cls, mark: Mark, searcher: tantivy.Searcher, schema: tantivy.Schema, genres: list[str]) -> Self:
        """Return the snapshot of a searcher; the counts that are asked most are remembered."""
        frequency = lru_cache(_MOST_COUNTS)(searcher.doc_freq)
        return cls(mark, searcher, schema, genres, frequency, {})

    def number_of(self, genre: str) -> int | None:
        """Return the number of a genre, its title compared folded; None when no film is of it."""
        key = fold_key(genre)
        return next((number for number, title in enumerate(self.genres) if fold_key(title) == key), None)


def term_query(snapshot: Snapshot, field: str, text: str) -> Query:
    """Return the query of one term."""
    return Query.term_query(
        snapshot.schema, field, int(text) if field == "year" else text, index_option="basic"
    )


def any_of(snapshot: Snapshot, field: str, texts: Sequence[str]) -> Query:
    """Return the query of films, or words, that have one of the terms."""
    if len(texts) == 1:
        return term_query(snapshot, field, texts[0])
    return Query.boolean_query([(Occur.Should, term_query(snapshot, field, text)) for text in texts])

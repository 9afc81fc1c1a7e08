"""The index as it stood at one moment."""

from typing import NamedTuple

import tantivy

from cinedex.foundation.folding import fold_key
from cinedex.search.models import Mark


class Snapshot(NamedTuple):
    """A searcher, where the index stood, and its genres by number."""

    mark: Mark
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    genres: list[str]

    def number_of(self, genre: str) -> int | None:
        """Return the number of a genre, its title compared folded; None when no film is of it."""
        key = fold_key(genre)
        return next((number for number, title in enumerate(self.genres) if fold_key(title) == key), None)

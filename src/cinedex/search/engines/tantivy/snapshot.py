"""The index as it stood at one moment."""

from typing import NamedTuple

import tantivy

from cinedex.search.models import Mark


class Snapshot(NamedTuple):
    """A searcher, where the index stood, and its genres by number."""

    mark: Mark
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    genres: list[str]

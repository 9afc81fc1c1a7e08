"""A snapshot as lists and suggestions are made of it; see `finding.shelf.Shelf`."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from cinedex.search.engines.tantivy import finding
from cinedex.search.engines.tantivy.counting import count
from cinedex.search.engines.tantivy.filtering import Screen
from cinedex.search.engines.tantivy.packing import pack_order
from cinedex.search.engines.tantivy.postings import narrowed
from cinedex.search.engines.tantivy.snapshot import Snapshot, term_query
from cinedex.search.finding.port import Postings
from cinedex.search.finding.rounds import Ranked
from cinedex.search.models import Counts, Filters, Hit

# The counts of so many lists are remembered until the index changes.
_MOST_TOTALS = 500


class TantivyShelf:
    """All that it is asked for is at hand: none of its calls waits."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    async def rank(self, text: str, filters: Filters, wanted: int, depth: int = 0) -> Ranked | None:
        """Return the films that a text may mean, best first."""
        return await finding.rank(self._snapshot, text, filters, wanted, depth)

    def films(self, filters: Filters, among: Postings | None = None) -> Query | None:
        """Return the query of the films that pass, of those that were looked up, or of all."""
        screen = Screen(self._snapshot, filters)
        if screen.is_impossible:
            return None
        return narrowed(Query.exists_query("id") if among is None else among.everything(), screen.clauses)

    async def sorted(
        self, films: Query, field: str, limit: int, below: int | None
    ) -> Sequence[tuple[int, tantivy.DocAddress]]:
        """Return the films with the highest keys, only those below `below`."""
        if below is not None:
            schema = self._snapshot.schema
            lower = Query.range_query(schema, field, FieldType.Integer, None, below, include_upper=False)
            films = narrowed(films, [lower])
        found: list[Any] = self._snapshot.searcher.search(
            films, limit, count=False, order_by_field=field
        ).hits
        return found

    async def by_name(self, films: Query, limit: int, after: str) -> Sequence[tuple[str, tantivy.DocAddress]]:
        """Return the films whose names come after another: from its first letters on, passing over those before."""
        if after:
            # Films of the same name come after it, too.
            begins = pack_order(after.partition("\t")[0])
            schema = self._snapshot.schema
            later = Query.range_query(schema, "by_name", FieldType.Integer, begins, None)
            films = narrowed(films, [later])
        wanted = limit
        while True:
            found: list[Any] = self._snapshot.searcher.search(
                films, wanted, count=False, order_by_field="name", order=tantivy.Order.Asc
            ).hits
            rest = [(name, address) for name, address in found if name > after]
            if len(rest) >= limit or len(found) < wanted:
                return rest[:limit]
            wanted *= 2

    async def by_id(self, ids: Sequence[int]) -> list[Hit]:
        """Return those of the films that are still there, in the order of their ids."""
        terms = [(Occur.Should, Query.term_query(self._snapshot.schema, "id", id_)) for id_ in ids]
        query = Query.boolean_query(terms)
        found = self._snapshot.searcher.search(query, max(1, len(ids)), count=False).hits
        by_id = {hit.id: hit for hit in self.read(address for _, address in found)}
        return [by_id[id_] for id_ in ids if id_ in by_id]

    async def count(self, films: Query, key: Hashable) -> tuple[int, Counts]:
        """Count the films of a list, or remember what was counted for another page of it."""
        totals = self._snapshot.totals
        counted = totals.get(key)
        if counted is None:
            counted = count(self._snapshot, films)
            if len(totals) < _MOST_TOTALS:
                totals[key] = counted
        return counted

    async def count_of(self, person: str) -> int:
        """Return how many films a person directed; those that were deleted are still in the term's own count."""
        found: Any = self._snapshot.searcher.search(term_query(self._snapshot, "person", person), 1)
        total: int = found.count
        return total

    def read(self, handles: Iterable[tantivy.DocAddress]) -> list[Hit]:
        """Return the films of some documents as they are answered."""
        listed = list(handles)
        searcher = self._snapshot.searcher
        ids: list[Any] = searcher.fast_field_values("id", listed)
        return [Hit(id_, searcher.doc(at)["answer"][0]) for id_, at in zip(ids, listed, strict=True)]

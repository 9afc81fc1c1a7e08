"""Searches over the terms of the index, each priced before it runs.

What a search costs grows with the postings it walks, and frequencies of terms are known in a fraction of a
microsecond. So a look-up takes the smallest tier that holds enough films, and one that no tier makes cheap
enough is not made: whatever is typed, the postings walked for one query stay within `BUDGET`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import tantivy
from tantivy import Occur, Query

from cinedex.search.engines.tantivy.schema import TIERED_FIELDS, Tier
from cinedex.search.engines.tantivy.snapshot import Snapshot

BUDGET = 400_000
"""So many postings are walked for one query at most."""

Hits = list[tuple[float, tantivy.DocAddress]]
_Asked = Query | tuple[str, Sequence[str]]


class Term(NamedTuple):
    """A term of the index, what it is worth in a word's place (up to 1), and how many films have it."""

    field: str
    text: str
    worth: float
    films: int


class Postings:
    """The postings of one snapshot, for one query that wants so many hits of each look-up."""

    def __init__(self, snapshot: Snapshot, wanted: int, must: list[Query]) -> None:
        self.searcher = snapshot.searcher
        self.schema = snapshot.schema
        self.wanted = wanted
        self.count = snapshot.frequency
        self.walked = 0
        self.is_cut = False
        self._asked: list[_Asked] = []
        self._must = must

    def term(self, field: str, text: str) -> Query:
        """Return the query of one term."""
        return Query.term_query(
            self.schema, field, int(text) if field == "year" else text, index_option="basic"
        )

    def any_of(self, field: str, texts: Sequence[str]) -> Query:
        """Return the query of films that have one of the terms."""
        if len(texts) == 1:
            return self.term(field, texts[0])
        return Query.boolean_query([(Occur.Should, self.term(field, text)) for text in texts])

    def most_prominent(self, field: str, texts: Sequence[str]) -> Hits:
        """Return the best known films that have one of the terms, and some numbers for scores."""
        present = [(text, count) for text in texts if (count := self.count(field, text))]
        if not present:
            return []
        found = [text for text, _ in present]
        hits: Hits = []
        for tier, cost in self._tiers(field, present):
            query = self.any_of(field + tier, found)
            hits = self._search(query, cost, (field, found), by_rank=cost > self.wanted) or hits
            if len(hits) >= self.wanted:
                break
        return hits

    @property
    def has_tiers(self) -> bool:
        """Whether tiers may be used: a filter that is part of the look-ups may leave too little of one."""
        return not self._must

    def within(self, tier: Tier, terms: Sequence[Term]) -> list[Term]:
        """Return the terms in a tier; those that no film of it has are left out."""
        tiered = [
            one._replace(field=one.field + tier) if one.field in TIERED_FIELDS else one for one in terms
        ]
        counted = (
            one._replace(films=self.count(one.field, one.text)) for one in tiered if one.field != "year"
        )
        return [*(one for one in counted if one.films), *(one for one in tiered if one.field == "year")]

    def by_rank(self, query: Query, cost: int, asked: Query) -> Hits:
        """Return the best known films of a query that walks `cost` postings, and some numbers for scores.

        `asked` is the same query without a tier.
        """
        # Where all that is found is wanted, its order is no matter, and would cost more than the search.
        return self._search(query, cost, asked, by_rank=cost > self.wanted)

    def by_score(self, query: Query, cost: int, asked: Query) -> Hits:
        """Return the films of the highest scores, with their scores; see `by_rank`."""
        return self._search(query, cost, asked, by_rank=False)

    def pass_over(self, asked: Query) -> None:
        """Note films that may be meant as well, and are not searched for."""
        self.is_cut = True
        self._asked.append(asked)

    def everything(self) -> Query:
        """Return the query of all films that any look-up so far could find, whatever their tier."""
        queries = [one if isinstance(one, Query) else self.any_of(*one) for one in self._asked]
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def _tiers(self, field: str, present: Sequence[tuple[str, int]]) -> Iterator[tuple[Tier, int]]:
        """Yield the smallest tier that should hold enough films, then all films; each comes with its cost."""
        whole = sum(count for _, count in present)
        if whole > 2 * self.wanted and self.has_tiers and field in TIERED_FIELDS:
            for tier in (Tier.FAMOUS, Tier.KNOWN):
                # A title may be counted by two of its spellings, hence twice as many as are wanted.
                cost = sum(self.count(field + tier, text) for text, _ in present)
                if cost >= 2 * self.wanted:
                    self.is_cut = True
                    yield tier, cost
                    # There are fewer, after all, where films were counted that are deleted by now.
                    break
        yield Tier.ALL, whole

    def _search(self, query: Query, cost: int, asked: _Asked, *, by_rank: bool) -> Hits:
        if self.walked + cost > BUDGET:
            self.is_cut = True
            return []
        self.walked += cost
        self._asked.append(asked)
        query = narrowed(query, self._must)
        if by_rank:
            hits = self.searcher.search(query, self.wanted, count=False, order_by_field="rank").hits
        else:
            hits = self.searcher.search(query, self.wanted, count=False).hits
        self.is_cut = self.is_cut or len(hits) >= self.wanted
        return hits


def narrowed(query: Query, clauses: list[Query]) -> Query:
    """Return the query of films that a query finds and all clauses allow; scores stay the query's."""
    if not clauses:
        return query
    allowed = [(Occur.Must, Query.const_score_query(clause, 0.0)) for clause in clauses]
    return Query.boolean_query([(Occur.Must, query), *allowed])

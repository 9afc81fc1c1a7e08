"""Searches over the terms of the index, each priced before it runs.

What a search costs grows with the postings it walks, and frequencies of terms are known in a fraction of a
microsecond. So a look-up takes the smallest tier that holds enough films, and one that no tier makes cheap
enough is not made: whatever is typed, the postings walked for one query stay within `BUDGET`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import tantivy
from msgspec.structs import replace
from tantivy import Occur, Query

from cinedex.search.engines.tantivy.packing import unmixed, unpack_texts
from cinedex.search.engines.tantivy.schema import TIERED_FIELDS, TITLE_COLUMNS
from cinedex.search.engines.tantivy.snapshot import Snapshot, any_of, term_query
from cinedex.search.finding.facts import unpack_facts
from cinedex.search.finding.port import Hits, Row, Term, Tier

BUDGET = 400_000
"""So many postings are walked for one query at most."""

# A look-up that walks more postings than this is made among the known films first.
_MANY = 1000
# Hits whose scores differ by no more than this are equal: only their prominence tells them apart.
_TIE = 0.01

_Asked = Query | tuple[str, Sequence[str]]


class Postings:
    """The postings of one snapshot, for one query that wants so many hits of each look-up."""

    key_of = attrgetter("segment_ord", "doc")

    def __init__(self, snapshot: Snapshot, wanted: int, must: list[Query]) -> None:
        self.wanted = wanted
        self.walked = 0
        self.is_cut = False
        self._snapshot = snapshot
        self._count = snapshot.frequency
        self._asked: list[_Asked] = []
        self._must = must

    def most_prominent(self, field: str, texts: Sequence[str]) -> Hits:
        """Return the best known films that have one of the terms, and some numbers for scores."""
        present = [(text, count) for text in texts if (count := self._count(field, text))]
        if not present:
            return []
        found = [text for text, _ in present]
        hits: Hits = []
        for tier, cost in self._tiers(field, present):
            query = any_of(self._snapshot, field + tier, found)
            hits = self._by_rank(query, cost, (field, found)) or hits
            if len(hits) >= self.wanted:
                break
        return hits

    def with_all(self, needed: Sequence[Sequence[Term]], others: Sequence[Sequence[Term]]) -> Hits:
        """Return films that have a term of each, among the known films if there are enough of them, or all.

        The `others` count where a word was put right: little words that are there as well speak for a film.
        """
        everywhere = self._all_of(needed, others)
        hits: Hits = []
        # A filter that is part of the look-ups may leave too little of a tier.
        if _cost(needed) > _MANY and not self._must:
            known = [self._within(Tier.KNOWN, one) for one in needed]
            hits = self._best(self._all_of(known, others), known, everywhere) if all(known) else []
        if len(hits) < self.wanted:
            hits = self._best(everywhere, needed, everywhere)
        return hits

    def named(self, names: Sequence[Sequence[Term]]) -> Hits:
        """Return films whose director has a term of each word."""
        query = self._all_of(names, ())
        return self._best(query, names, query)

    def with_most(self, terms: Sequence[Sequence[Term]], least: int) -> Hits:
        """Return films that have a term of at least so many of the words."""
        clauses = [(Occur.Should, self._best_of(one)) for one in terms]
        some = Query.boolean_query(clauses, minimum_number_should_match=least)
        return self._best_scored(some, sum(map(_sum, terms)), some)

    def pass_over(self, terms: Sequence[Term]) -> None:
        """Note films that may be meant as well, and are not searched for."""
        self.is_cut = True
        self._asked.append(self._best_of(terms))

    def everything(self) -> Query:
        """Return the query of all films that any look-up so far could find, whatever their tier."""
        queries = [one if isinstance(one, Query) else any_of(self._snapshot, *one) for one in self._asked]
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def read(self, handles: Sequence[tantivy.DocAddress]) -> Iterable[Row]:
        """Return what is known of films that were found."""
        # The stubs know not that these columns hold integers, in each document.
        column: Any = self._snapshot.searcher.fast_field_values
        titles = unpack_texts([column(name, handles) for name in TITLE_COLUMNS])
        columns = (column("standing", handles), column("facts", handles))
        return [
            (unmixed(standing), unpack_facts(unmixed(facts)), title)
            for standing, facts, title in zip(*columns, titles, strict=True)
        ]

    async def make(self, step: Callable[[], None]) -> None:
        """Make a step of look-ups: all that they ask for is at hand."""
        step()

    def _all_of(self, needed: Sequence[Sequence[Term]], others: Sequence[Sequence[Term]]) -> Query:
        clauses = [(Occur.Must, self._best_of(one)) for one in needed]
        if any(one[0].worth < 1 for one in needed):
            clauses += [(Occur.Should, self._best_of(one)) for one in others]
        return Query.boolean_query(clauses)

    def _best_of(self, terms: Sequence[Term]) -> Query:
        """Return a query whose score is the worth of the best term that a film has."""
        snapshot = self._snapshot
        clauses = [
            Query.const_score_query(term_query(snapshot, one.field, one.text), one.worth) for one in terms
        ]
        return clauses[0] if len(clauses) == 1 else Query.disjunction_max_query(clauses)

    def _best(self, query: Query, terms: Sequence[Sequence[Term]], asked: Query) -> Hits:
        """Return the best hits of a query that has a term of each; among equals the most prominent are there.

        `asked` is the same query without a tier.
        """
        cost = _cost(terms)
        if all(len(one) == 1 for one in terms):
            # All hits are equal.
            score = sum(one[0].worth for one in terms)
            return [(score, address) for _, address in self._by_rank(query, cost, asked)]
        return self._best_scored(query, cost, asked)

    def _best_scored(self, query: Query, cost: int, asked: Query) -> Hits:
        hits = self._search(query, cost, asked, by_rank=False)
        if len(hits) == self.wanted and hits[0][0] - hits[-1][0] < _TIE:
            # Of equal hits any may be there, so the most prominent are asked for as well.
            score = hits[-1][0]
            hits += [(score, address) for _, address in self._by_rank(query, cost, asked)]
        return hits

    def _by_rank(self, query: Query, cost: int, asked: _Asked) -> Hits:
        """Return the best known films of a query that walks `cost` postings, and some numbers for scores."""
        # Where all that is found is wanted, its order is no matter, and would cost more than the search.
        return self._search(query, cost, asked, by_rank=cost > self.wanted)

    def _within(self, tier: Tier, terms: Sequence[Term]) -> list[Term]:
        """Return the terms in a tier; those that no film of it has are left out."""
        tiered = [
            replace(one, field=one.field + tier) if one.field in TIERED_FIELDS else one for one in terms
        ]
        counted = (
            replace(one, films=self._count(one.field, one.text)) for one in tiered if one.field != "year"
        )
        return [*(one for one in counted if one.films), *(one for one in tiered if one.field == "year")]

    def _tiers(self, field: str, present: Sequence[tuple[str, int]]) -> Iterator[tuple[Tier, int]]:
        """Yield the smallest tier that should hold enough films, then all films; each comes with its cost."""
        whole = sum(count for _, count in present)
        if whole > 2 * self.wanted and not self._must and field in TIERED_FIELDS:
            for tier in (Tier.FAMOUS, Tier.KNOWN):
                # A title may be counted by two of its spellings, hence twice as many as are wanted.
                cost = sum(self._count(field + tier, text) for text, _ in present)
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
        order = "rank" if by_rank else None
        hits = self._snapshot.searcher.search(query, self.wanted, count=False, order_by_field=order).hits
        self.is_cut = self.is_cut or len(hits) >= self.wanted
        return hits


def narrowed(query: Query, clauses: list[Query]) -> Query:
    """Return the query of films that a query finds and all clauses allow; scores stay the query's."""
    if not clauses:
        return query
    allowed = [(Occur.Must, Query.const_score_query(clause, 0.0)) for clause in clauses]
    return Query.boolean_query([(Occur.Must, query), *allowed])


def _cost(terms: Sequence[Sequence[Term]]) -> int:
    """Return how many postings are walked to find films that have a term of each: those of the rarest lead."""
    return min(_sum(one) for one in terms) * len(terms)


def _sum(terms: Sequence[Term]) -> int:
    return sum(one.films for one in terms)

"""Finding candidates: term look-ups first, typo expansion only for unknown words, wider only when that is weak."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import tantivy
from tantivy import Occur, Query

from cinedex.search.analysis import Title, without_years, year_of
from cinedex.search.engines.tantivy.lexicon import MOST_WORDS, Lexicon, needed_places
from cinedex.search.engines.tantivy.packing import (
    Facts,
    pack_spelling,
    unpack_facts,
    unpack_standing,
    unpack_texts,
)
from cinedex.search.engines.tantivy.postings import Hits, Postings, Term
from cinedex.search.engines.tantivy.schema import PREFIX_LETTERS, TITLE_COLUMNS, Tier
from cinedex.search.engines.tantivy.spelling import title_slips
from cinedex.search.ranking import Candidate
from cinedex.search.standing import prominence_of

_MOST_CORRECTED = 3
_LONGEST_SLIP = 12
# A look-up that walks more postings than this is made among the known films first.
_MANY = 1000
# Hits whose scores differ by no more than this are equal: only their prominence tells them apart.
_TIE = 0.01
# What a title is worth that only begins with the query, beside one that has all its words.
_BEGINS = 0.95

_Key = tuple[int, int]


class FoundFilm(NamedTuple):
    """A film that was found: its rank, its facts, where its document is, and what the ranking needs of it."""

    rank: int
    facts: Facts
    address: tantivy.DocAddress
    candidate: Candidate


class Retrieval:
    """Look-ups of one query on one snapshot of the index, each adding to what was found before."""

    def __init__(self, postings: Postings, query: Title) -> None:
        self._postings = postings
        self._query = query
        self._lexicon = Lexicon(postings, query)
        self._terms = [self._lexicon.known(at) for at in range(min(len(query.raw), MOST_WORDS))]
        self._needed = needed_places(query.raw[:MOST_WORDS])
        self._unknown = [at for at in self._needed if not self._terms[at]]
        self._coverage: dict[_Key, float] = {}
        self._addresses: dict[_Key, tantivy.DocAddress] = {}
        self._by_director: set[_Key] = set()
        self._changed: set[_Key] = set()
        self._spelling = pack_spelling(query.spelling)
        self._years = {year for word in query.raw if (year := year_of(word)) is not None}
        self._year_words = [str(year).encode() for year in self._years]

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        """The look-ups in order, each wider than the one before."""
        return (self.first, self.wider, self.widest)

    @property
    def is_cut(self) -> bool:
        """Whether there may be more films than were taken."""
        return self._postings.is_cut

    def everything(self) -> Query:
        """Return the query of all films that the look-ups so far could find."""
        return self._postings.everything()

    def first(self) -> None:
        """Look up the title, as a whole and as a beginning, and all words; unknown words by near spellings."""
        query = self._query
        yearless = without_years(query)
        readings = (query, yearless) if yearless else (query,)
        titles = {form for one in readings for form in (one.joined, one.without_article)}
        titles |= {"".join(query.raw), query.spelling.replace(" ", "")}
        self._take_titles(titles, 1.0)
        self._take_beginnings({query.joined, query.without_article, query.spelling.replace(" ", "")}, 1.0)
        for at in self._unknown:
            self._terms[at] = [*(self._lexicon.near(at, 1) or self._lexicon.near(at, 2))]
        last = self._needed[-1]
        if last not in self._unknown and self._lexicon.only_begins(last):
            # A beginning that few words have may as well be a slip: "psyco".
            self._terms[last] += self._lexicon.near(last, 1)
        if len(self._unknown) == 1:
            self._take_corrected(self._unknown[0])
        if len(self._needed) > 1 or len(self._coverage) < self._postings.wanted:
            self._take_all_words()
        else:
            # Enough titles begin with the one word; those that have it further on are for lists and filters.
            self._postings.pass_over(self._any_of(_whole(self._terms[last])))
        self._take_director()
        self._take_famous()

    def wider(self) -> None:
        """Look up again with the near spellings of every word; one that is known has one slip at most."""
        for at in self._needed:
            have = {one.text for one in self._terms[at]}
            near = self._lexicon.near(at, 2 if at in self._unknown else 1)
            self._terms[at] += [one for one in near if one.text not in have]
        self._take_slips(Tier.KNOWN)
        self._take_all_words()

    def widest(self) -> None:
        """Look up films that have all words but one."""
        terms = [self._terms[at] for at in self._needed if self._terms[at]]
        if not terms or len(self._needed) == 1:
            return
        clauses = [(Occur.Should, self._any_of(one)) for one in terms]
        least = min(len(clauses), len(self._needed) - 1)
        some = Query.boolean_query(clauses, minimum_number_should_match=least)
        self._take(self._best_scored(some, sum(map(_sum, terms)), some))

    def found(self) -> list[FoundFilm]:
        """Return the films that were found, or found to match better, since this was asked last."""
        if not self._changed:
            return []
        keys = list(self._changed)
        self._changed.clear()
        addresses = [self._addresses[key] for key in keys]
        column = self._postings.searcher.fast_field_values
        titles = unpack_texts([column(name, addresses) for name in TITLE_COLUMNS])
        columns = (column("standing", addresses), column("facts", addresses))
        rows = zip(*columns, titles, keys, addresses, strict=True)
        return [self._film(*row) for row in rows]

    def _film(
        self,
        standing: Any,
        packed: Any,
        title: bytes,
        key: _Key,
        address: tantivy.DocAddress,
    ) -> FoundFilm:
        rank, facts = unpack_standing(standing), unpack_facts(packed)
        share = 0.0
        if key in self._by_director:
            share = min(1.0, len(self._query.raw) / max(1, facts.director_words))
        candidate = Candidate(
            self._coverage[key],
            prominence_of(rank),
            title,
            facts.title_words,
            facts.article,
            facts.is_turned,
            facts.spelling == self._spelling,
            bool(self._years) and self._has_year(facts.year, title),
            share,
        )
        return FoundFilm(rank, facts, address, candidate)

    def _has_year(self, year: int, title: bytes) -> bool:
        return year in self._years or any(word in title for word in self._year_words)

    def _take_titles(self, joined: Iterable[str], worth: float) -> None:
        self._take(self._postings.most_prominent("exact", sorted(joined)), worth)

    def _take_beginnings(self, joined: Iterable[str], worth: float) -> None:
        beginnings = sorted({title[:PREFIX_LETTERS] for title in joined})
        self._take(self._postings.most_prominent("prefix", beginnings), _BEGINS * worth)

    def _take_slips(self, tier: Tier) -> None:
        """Look up films whose whole title, its words joined or split at will, begins as the query but for a slip."""
        slips = sorted(title_slips(self._query))
        self._take(self._postings.most_prominent("slips" + tier, slips), 0.0)

    def _take_famous(self) -> None:
        """Look up famous films of which a short query may be a slip, as "the dark night" may.

        Not if a famous film begins so or has the one word, or a director is named.
        """
        typed, count = self._query.without_article, self._postings.count
        if len(typed) > _LONGEST_SLIP or self._by_director or count("prefix" + Tier.FAMOUS, typed):
            return
        if len(self._needed) > 1 or not count("words" + Tier.FAMOUS, self._query.raw[self._needed[0]]):
            self._take_slips(Tier.FAMOUS)

    def _take_corrected(self, at: int) -> None:
        """Look up the title as a whole and as a beginning with its one unknown word put right."""
        words = list(self._query.canonical)
        for near in self._terms[at][:_MOST_CORRECTED]:
            words[at] = near.text
            joined = "".join(words[1:] if self._query.article and at > 0 else words)
            worth = 1 - (1 - near.worth) / len(self._needed)
            self._take_titles([joined], worth)
            self._take_beginnings([joined], worth)

    def _take_all_words(self) -> None:
        """Look up films that have all needed words."""
        needed = [self._terms[at] for at in self._needed]
        if not all(needed):
            return
        # Whole words first. Endings go alone, for to skip in a union of long lists is slow.
        whole = _whole(needed[-1])
        endings = [one for one in needed[-1] if one.field == "edges"]
        found = self._take_films_with([*needed[:-1], whole]) if whole else 0
        if endings and found < self._postings.wanted:
            self._take_films_with([*needed[:-1], endings])

    def _take_films_with(self, needed: Sequence[Sequence[Term]]) -> int:
        """Look up films that have a term of each, among the known films if there are enough of them, or all.

        Returns how many were found.
        """
        everywhere = self._all_words(needed)
        hits: Hits = []
        if _cost(needed) > _MANY and self._postings.has_tiers:
            known = [self._postings.within(Tier.KNOWN, one) for one in needed]
            hits = self._best(self._all_words(known), known, everywhere) if all(known) else []
        if len(hits) < self._postings.wanted:
            hits = self._best(everywhere, needed, everywhere)
        self._take(hits)
        return len(hits)

    def _all_words(self, needed: Sequence[Sequence[Term]]) -> Query:
        clauses = [(Occur.Must, self._any_of(one)) for one in needed]
        if any(one[0].worth < 1 for one in needed):
            # Where a word was put right, little words that are there as well speak for a film.
            others = [one for at, one in enumerate(self._terms) if at not in self._needed and one]
            clauses += [(Occur.Should, self._any_of(one)) for one in others]
        return Query.boolean_query(clauses)

    def _take_director(self) -> None:
        """Look up films whose director is named so, and films whose director has all words."""
        words = self._query.raw
        self._take(self._postings.most_prominent("person", [" ".join(words)]), 1.0, is_director=True)
        if len(self._terms) == len(words) and (names := self._lexicon.names(self._terms)):
            query = Query.boolean_query([(Occur.Must, self._any_of(one)) for one in names])
            self._take(self._best(query, names, query), is_director=True)

    def _any_of(self, terms: Sequence[Term]) -> Query:
        """Return a query whose score is the worth of the best term that a film has."""
        clauses = [
            Query.const_score_query(self._postings.term(one.field, one.text), one.worth) for one in terms
        ]
        return clauses[0] if len(clauses) == 1 else Query.disjunction_max_query(clauses)

    def _best(self, query: Query, terms: Sequence[Sequence[Term]], asked: Query) -> Hits:
        """Return the best hits of a query that has a term of each; among equals the most prominent are there."""
        cost = _cost(terms)
        if all(len(one) == 1 for one in terms):
            # All hits are equal.
            score = sum(one[0].worth for one in terms)
            return [(score, address) for _, address in self._postings.by_rank(query, cost, asked)]
        return self._best_scored(query, cost, asked)

    def _best_scored(self, query: Query, cost: int, asked: Query) -> Hits:
        hits = self._postings.by_score(query, cost, asked)
        if len(hits) == self._postings.wanted and hits[0][0] - hits[-1][0] < _TIE:
            # Of equal hits any may be there, so the most prominent are asked for as well.
            score = hits[-1][0]
            hits += [(score, address) for _, address in self._postings.by_rank(query, cost, asked)]
        return hits

    def _take(self, hits: Hits, coverage: float | None = None, *, is_director: bool = False) -> None:
        """Keep hits with the coverage that is given, or that their score tells."""
        whole = len(self._needed)
        for score, address in hits:
            key = (address.segment_ord, address.doc)
            share = min(1.0, score / whole) if coverage is None else coverage
            if share > self._coverage.get(key, -1.0):
                self._coverage[key] = share
                self._addresses[key] = address
                self._changed.add(key)
            if is_director and key not in self._by_director:
                self._by_director.add(key)
                self._changed.add(key)


def _whole(terms: Sequence[Term]) -> list[Term]:
    """Return the terms that are no mere beginnings of words."""
    return [one for one in terms if one.field != "edges"]


def _cost(terms: Sequence[Sequence[Term]]) -> int:
    """Return how many postings are walked to find films that have a term of each: those of the rarest lead."""
    return min(_sum(one) for one in terms) * len(terms)


def _sum(terms: Sequence[Term]) -> int:
    return sum(one.films for one in terms)

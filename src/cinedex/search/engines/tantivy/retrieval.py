"""Finding candidates: term look-ups first, typo expansion only for unknown words, wider only when that is weak."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tantivy
from tantivy import Occur, Query

from cinedex.search.analysis import OPTIONAL_WORDS, Title, canonical, without_years, year_of
from cinedex.search.engines.tantivy.schema import (
    EDGE_LETTERS,
    PREFIX_LETTERS,
    TITLE_COLUMNS,
    spelling_of,
    unpack_facts,
    unpack_ranks,
    unpack_texts,
)
from cinedex.search.engines.tantivy.spelling import near_words
from cinedex.search.ranking import Candidates

_MOST_HITS = 40
_MOST_ENDINGS = 16
_MOST_NEAR = 8
_MOST_WORDS = 16
# What a match is worth beside the word as typed.
_JOINED, _ENDING, _YEAR, _PREFIX = 0.95, 0.9, 0.97, 0.95
_MOST_CORRECTED = 3
_SHORTEST_JOINED = 4
# Hits whose scores differ by no more than this are equal: only their prominence tells them apart.
_TIE = 0.01


class Alternative(NamedTuple):
    """One term that stands for a word of the query, and what it is worth."""

    field: str
    term: str
    worth: float


class Word(NamedTuple):
    """A word of the query and all that may stand for it; none when it is unknown."""

    text: str
    is_last: bool
    alternatives: list[Alternative]


class Found(NamedTuple):
    """Candidates and where their documents are, row by row."""

    addresses: list[tantivy.DocAddress]
    candidates: Candidates


class Retrieval:
    """Look-ups of one query on one snapshot of the index."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, query: Title) -> None:
        self._searcher = searcher
        self._schema = schema
        self._query = query
        self._scores: dict[tuple[int, int], float] = {}
        self._addresses: dict[tuple[int, int], tantivy.DocAddress] = {}
        self._by_director: set[tuple[int, int]] = set()
        self._words = [
            Word(word, at == len(query.raw) - 1, self._known(at))
            for at, word in enumerate(query.raw[:_MOST_WORDS])
        ]
        needed = [
            at
            for at, word in enumerate(self._words)
            if (word.is_last or word.text not in OPTIONAL_WORDS) and year_of(word.text) is None
        ]
        self._needed = needed or list(range(len(self._words)))

    def first(self) -> None:
        """Look up the title as a whole and as a beginning, the director, and all words; unknown words by typos."""
        query = self._query
        yearless = without_years(query)
        for joined in {
            query.joined,
            query.without_article,
            "".join(query.raw),
            *((yearless.joined, yearless.without_article) if yearless else ()),
        }:
            self._take(self._term("exact", joined), 1.0, by_rank=True)
        self._take(self._term("prefix", query.without_article[:PREFIX_LETTERS]), _PREFIX, by_rank=True)
        unknown = [at for at in self._needed if not self._words[at].alternatives]
        for at in unknown:
            word = self._words[at]
            word.alternatives.extend(self._near(word, 1) or self._near(word, 2))
        if len(unknown) == 1:
            self._look_up_corrected(unknown[0])
        self._look_up_words()

    def _look_up_corrected(self, at: int) -> None:
        """Look up the title as a whole and as a beginning with its one unknown word put right."""
        words = list(self._query.canonical)
        start = len(words[0]) if self._query.article else 0
        for near in self._words[at].alternatives[:_MOST_CORRECTED]:
            words[at] = near.term
            joined = "".join(words)[start:]
            worth = 1 - (1 - near.worth) / len(self._needed)
            self._take(self._term("exact", joined), worth, by_rank=True)
            self._take(self._term("prefix", joined[:PREFIX_LETTERS]), _PREFIX * worth, by_rank=True)

    def wider(self) -> None:
        """Look up again with the neighbours in spelling of every word, known or not."""
        for word in self._needed_words():
            have = {one.term for one in word.alternatives}
            word.alternatives.extend(one for one in self._near(word, 2) if one.term not in have)
        self._look_up_words()

    def widest(self) -> None:
        """Look up films that have all words but one."""
        clauses = [clause for word in self._needed_words() if (clause := self._any_of(word.alternatives))]
        most = len(self._needed)
        if clauses and most > 1:
            least = min(len(clauses), most - 1)
            query = Query.boolean_query(
                [(Occur.Should, clause) for clause in clauses], minimum_number_should_match=least
            )
            self._take(query, None)

    def found(self) -> Found:
        """Return all that was found so far, with what the ranking needs of it."""
        keys = list(self._scores)
        addresses = [self._addresses[key] for key in keys]
        column = self._searcher.fast_field_values
        ranks = unpack_ranks(column("rank", addresses))
        facts = unpack_facts(column("facts", addresses))
        years = [year for word in self._query.raw if (year := year_of(word)) is not None]
        by_director = np.fromiter((key in self._by_director for key in keys), dtype=np.bool_)
        return Found(
            addresses,
            Candidates(
                coverage=np.fromiter(self._scores.values(), dtype=np.float64),
                prominence=ranks.prominence,
                same_year=np.isin(facts.year, years) if years else np.zeros(len(keys), dtype=np.bool_),
                same_spelling=facts.spelling == spelling_of(self._query.raw),
                titles=unpack_texts([column(name, addresses) for name in TITLE_COLUMNS]),
                title_words=facts.title_words,
                articles=facts.article,
                director_share=by_director
                * np.minimum(1.0, len(self._query.raw) / np.maximum(1, facts.director_words)),
            ),
        )

    def _needed_words(self) -> list[Word]:
        return [self._words[at] for at in self._needed]

    def _look_up_words(self) -> None:
        must = [self._any_of(word.alternatives) for word in self._needed_words()]
        if not all(must):
            return
        optional = [
            clause
            for at, word in enumerate(self._words)
            if at not in self._needed and (clause := self._any_of(word.alternatives))
        ]
        query = Query.boolean_query(
            [(Occur.Must, clause) for clause in must] + [(Occur.Should, clause) for clause in optional]
        )
        self._take(query, None)
        named = [
            self._any_of(
                [one._replace(field="director") for one in word.alternatives if one.field == "words"]
            )
            for word in self._words
        ]
        if all(named):
            self._take(Query.boolean_query([(Occur.Must, clause) for clause in named]), None, director=True)

    def _known(self, at: int) -> list[Alternative]:
        """Return the known terms that a word of the query may stand for, without any typo."""
        words = self._query.raw
        word = words[at]
        frequency = self._searcher.doc_freq
        alternatives = [
            Alternative("words", form, 1.0)
            for form in dict.fromkeys((word, canonical(word)))
            if frequency("words", form)
        ]
        if len(word) >= _SHORTEST_JOINED and frequency("joined", word):
            alternatives.append(Alternative("joined", word, _JOINED))
        for pair in (words[at - 1 : at + 1], words[at : at + 2]):
            joined = "".join(pair)
            if len(pair) > 1 and frequency("words", joined):
                alternatives.append(Alternative("words", joined, _JOINED))
        if (year := year_of(word)) is not None:
            alternatives.append(Alternative("year", str(year), _YEAR))
        if at == len(words) - 1:
            alternatives += self._endings(word)
        return alternatives

    def _endings(self, word: str) -> list[Alternative]:
        if len(word) <= EDGE_LETTERS:
            return [Alternative("edges", word, _ENDING)] if self._searcher.doc_freq("edges", word) else []
        longer = self._searcher.terms_with_prefix("words", word, limit=4 * _MOST_ENDINGS)
        longer.sort(key=lambda pair: -pair[1])
        return [Alternative("words", term, _ENDING) for term, _ in longer[:_MOST_ENDINGS] if term != word]

    def _near(self, word: Word, distance: int) -> list[Alternative]:
        near = near_words(
            self._searcher, self._schema, word.text, distance=distance, is_last=word.is_last, most=_MOST_NEAR
        )
        return [Alternative("words", one.word, one.likeness) for one in near if one.word != word.text]

    def _term(self, field: str, term: str) -> Query:
        value = int(term) if field == "year" else term
        return Query.term_query(self._schema, field, value, index_option="basic")

    def _any_of(self, alternatives: Sequence[Alternative]) -> Query | None:
        if not alternatives:
            return None
        clauses = [
            Query.const_score_query(self._term(one.field, one.term), one.worth) for one in alternatives
        ]
        return clauses[0] if len(clauses) == 1 else Query.disjunction_max_query(clauses)

    def _take(
        self, query: Query, coverage: float | None, *, by_rank: bool = False, director: bool = False
    ) -> None:
        """Run a look-up and keep its hits; their coverage is given, or read from the score."""
        if by_rank:
            hits = self._searcher.search(query, _MOST_HITS, count=False, order_by_field="rank").hits
        else:
            hits = self._searcher.search(query, _MOST_HITS, count=False).hits
            if len(hits) == _MOST_HITS and hits[0][0] - hits[-1][0] < _TIE:
                # Ties come in the order of segments: ask for the most prominent ones as well.
                score = hits[0][0]
                ranked = self._searcher.search(query, _MOST_HITS, count=False, order_by_field="rank").hits
                hits += [(score, address) for _, address in ranked]
        for score, address in hits:
            key = (address.segment_ord, address.doc)
            self._addresses[key] = address
            share = min(1.0, score / len(self._needed)) if coverage is None else coverage
            self._scores[key] = max(share, self._scores.get(key, 0.0))
            if director:
                self._by_director.add(key)

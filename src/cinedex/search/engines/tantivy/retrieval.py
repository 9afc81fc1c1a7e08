"""Finding candidates: term look-ups first, typo expansion only for unknown words, wider only when that is weak."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tantivy
from tantivy import Occur, Query

from cinedex.search.analysis import OPTIONAL_WORDS, Title, without_years, year_of
from cinedex.search.engines.tantivy.lexicon import Alternative, Lexicon
from cinedex.search.engines.tantivy.schema import (
    PREFIX_LETTERS,
    TITLE_COLUMNS,
    pack_spelling,
    unpack_facts,
    unpack_ranks,
    unpack_texts,
)
from cinedex.search.ranking import Candidates

_FEWEST_HITS = 40
_MOST_WORDS = 16
_MOST_CORRECTED = 3
# What a title is worth that only begins with the query, beside one that has all its words.
_PREFIX = 0.95
# Hits whose scores differ by no more than this are equal: only their prominence tells them apart.
_TIE = 0.01

_Key = tuple[int, int]


class Found(NamedTuple):
    """Candidates and where their documents are, row by row."""

    addresses: list[tantivy.DocAddress]
    candidates: Candidates


class Retrieval:
    """Look-ups of one query on one snapshot of the index, each adding to what was found before."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, query: Title, wanted: int) -> None:
        self._searcher = searcher
        self._schema = schema
        self._query = query
        self._most_hits = max(_FEWEST_HITS, wanted)
        self._lexicon = Lexicon(searcher, schema, query)
        self._alternatives = [self._lexicon.known(at) for at in range(min(len(query.raw), _MOST_WORDS))]
        self._needed = _needed(query.raw[:_MOST_WORDS])
        self._coverage: dict[_Key, float] = {}
        self._addresses: dict[_Key, tantivy.DocAddress] = {}
        self._by_director: set[_Key] = set()

    def first(self) -> None:
        """Look up the title, as a whole and as a beginning, and all words; unknown words by near spellings."""
        query = self._query
        yearless = without_years(query)
        self._take_titles(
            {
                query.joined,
                query.without_article,
                "".join(query.raw),
                *((yearless.joined, yearless.without_article) if yearless else ()),
            },
            1.0,
        )
        self._take_beginnings({query.joined, query.without_article}, 1.0)
        unknown = [at for at in self._needed if not self._alternatives[at]]
        for at in unknown:
            self._alternatives[at] = self._lexicon.near(at, 1) or self._lexicon.near(at, 2)
        last = self._needed[-1]
        if last not in unknown and self._lexicon.only_begins(last):
            # A beginning that few words have may as well be a slip: "psyco".
            self._alternatives[last] += self._lexicon.near(last, 1)
        if len(unknown) == 1:
            self._take_corrected(unknown[0])
        self._take_all_words()

    def wider(self) -> None:
        """Look up again with the near spellings of every word, known or not."""
        for at in self._needed:
            have = {one.term for one in self._alternatives[at]}
            self._alternatives[at] += [one for one in self._lexicon.near(at, 2) if one.term not in have]
        self._take_all_words()

    def widest(self) -> None:
        """Look up films that have all words but one."""
        clauses = [self._any_of(self._alternatives[at]) for at in self._needed if self._alternatives[at]]
        if clauses and len(self._needed) > 1:
            least = min(len(clauses), len(self._needed) - 1)
            some = Query.boolean_query(
                [(Occur.Should, clause) for clause in clauses], minimum_number_should_match=least
            )
            self._take(self._best(some))

    def found(self) -> Found:
        """Return all that was found so far, with what the ranking needs of it."""
        keys = list(self._coverage)
        addresses = [self._addresses[key] for key in keys]
        column = self._searcher.fast_field_values
        facts = unpack_facts(column("facts", addresses))
        by_director = np.fromiter((key in self._by_director for key in keys), np.bool_, len(keys))
        share = np.minimum(1.0, len(self._query.raw) / np.maximum(1, facts.director_words))
        return Found(
            addresses,
            Candidates(
                coverage=np.fromiter(self._coverage.values(), np.float64, len(keys)),
                prominence=unpack_ranks(column("rank", addresses)).prominence,
                same_year=self._same_year(facts.year),
                same_spelling=facts.spelling == pack_spelling(self._query.spelling),
                titles=unpack_texts([column(name, addresses) for name in TITLE_COLUMNS]),
                title_words=facts.title_words,
                articles=facts.article,
                director_share=np.where(by_director, share, 0.0),
            ),
        )

    def _same_year(self, years: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        named = [year for word in self._query.raw if (year := year_of(word)) is not None]
        return np.isin(years, named) if named else np.zeros(len(years), np.bool_)

    def _take_titles(self, joined: Iterable[str], worth: float) -> None:
        titles = [(Occur.Should, self._term("exact", title)) for title in joined]
        self._take(self._most_prominent(Query.boolean_query(titles)), worth)

    def _take_beginnings(self, joined: Iterable[str], worth: float) -> None:
        begins = [(Occur.Should, self._term("prefix", title[:PREFIX_LETTERS])) for title in joined]
        self._take(self._most_prominent(Query.boolean_query(begins)), _PREFIX * worth)

    def _take_corrected(self, at: int) -> None:
        """Look up the title as a whole and as a beginning with its one unknown word put right."""
        words = list(self._query.canonical)
        for near in self._alternatives[at][:_MOST_CORRECTED]:
            words[at] = near.term
            joined = "".join(words[1:] if self._query.article and at > 0 else words)
            worth = 1 - (1 - near.worth) / len(self._needed)
            self._take_titles([joined], worth)
            self._take_beginnings([joined], worth)

    def _take_all_words(self) -> None:
        """Look up films that have all needed words, and films whose director has all words."""
        needed = [self._alternatives[at] for at in self._needed]
        if not all(needed):
            return
        others = [one for at, one in enumerate(self._alternatives) if at not in self._needed and one]
        query = Query.boolean_query(
            [(Occur.Must, self._any_of(one)) for one in needed]
            + [(Occur.Should, self._any_of(one)) for one in others]
        )
        self._take(self._best(query))
        names = [
            [one._replace(field="director") for one in alternatives if one.field == "words"]
            for alternatives in self._alternatives
        ]
        if all(names):
            query = Query.boolean_query([(Occur.Must, self._any_of(one)) for one in names])
            self._take(self._best(query), is_director=True)

    def _term(self, field: str, term: str) -> Query:
        value = int(term) if field == "year" else term
        return Query.term_query(self._schema, field, value, index_option="basic")

    def _any_of(self, alternatives: Sequence[Alternative]) -> Query:
        """Return a query whose score is the worth of the best alternative that a film has."""
        clauses = [
            Query.const_score_query(self._term(one.field, one.term), one.worth) for one in alternatives
        ]
        return clauses[0] if len(clauses) == 1 else Query.disjunction_max_query(clauses)

    def _most_prominent(self, query: Query) -> list[tuple[float, tantivy.DocAddress]]:
        return self._searcher.search(query, self._most_hits, count=False, order_by_field="rank").hits

    def _best(self, query: Query) -> list[tuple[float, tantivy.DocAddress]]:
        """Return the hits of the highest scores; among equals the most prominent are there."""
        hits = self._searcher.search(query, self._most_hits, count=False).hits
        if len(hits) == self._most_hits and hits[0][0] - hits[-1][0] < _TIE:
            # Equal hits come segment by segment, so the most prominent are asked for as well.
            score = hits[0][0]
            hits += [(score, address) for _, address in self._most_prominent(query)]
        return hits

    def _take(
        self,
        hits: Iterable[tuple[float, tantivy.DocAddress]],
        coverage: float | None = None,
        *,
        is_director: bool = False,
    ) -> None:
        """Keep hits with the coverage that is given, or that their score tells."""
        whole = len(self._needed)
        for score, address in hits:
            key = (address.segment_ord, address.doc)
            share = min(1.0, score / whole) if coverage is None else coverage
            self._coverage[key] = max(share, self._coverage.get(key, 0.0))
            self._addresses[key] = address
            if is_director:
                self._by_director.add(key)


def _needed(words: Sequence[str]) -> list[int]:
    """Return the places of the words that a film must have: not articles, years and the like, unless all are."""
    last = len(words) - 1
    needed = [
        at
        for at, word in enumerate(words)
        # The last word may be the beginning of another one.
        if year_of(word) is None and (word not in OPTIONAL_WORDS or at == last)
    ]
    return needed or list(range(len(words)))

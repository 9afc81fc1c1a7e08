"""Look-ups in a cluster: all that a step asks for in one call.

A step is made as if nothing were found, which tells all that it may ask; then again with the answers.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from cinedex.search.engines.cluster.documents import read_line
from cinedex.search.engines.cluster.hits import ASKED, Document, FoundEach
from cinedex.search.engines.cluster.queries import Body, any_of, best_of, is_level, narrowed
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.finding.port import Hits, Row, Term, WordList
from cinedex.search.port import IndexUnavailable

BY_RANK = [{"o": "desc"}]
_BY_SCORE = ["_score", {"o": "desc"}]
_TOLD = ("error", "_shards.failed", "hits.hits.sort", "hits.hits.fields")
_PATH = "/_msearch?filter_path=" + ",".join(f"responses.{name}" for name in _TOLD)

_encode = msgspec.json.Encoder().encode


class _LookUp(NamedTuple):
    """A query to be sent, and how its hits are sorted; the score of all hits, where it is the same."""

    query: Body
    sort: Sequence[Any] = _BY_SCORE
    score: float | None = None


class ClusterPostings:
    """The postings of one generation, for one query that wants so many hits of each look-up; see the port."""

    key_of = attrgetter("rank")

    def __init__(
        self, cluster: Cluster, generation: str, words: WordList, wanted: int, must: list[Body]
    ) -> None:
        self.wanted = wanted
        self._cluster = cluster
        self._header = _encode({"index": generation, "allow_partial_search_results": False})
        self._words = words
        self._must = must
        self._answers: dict[Hashable, Hits] = {}
        self._waiting: dict[Hashable, _LookUp] = {}
        self._queries: dict[Hashable, Body] = {}
        self._noted: set[Hashable] = set()
        self._asked: set[Hashable] = set()

    def most_prominent(self, field: str, texts: Sequence[str]) -> Hits:
        """Return the best known films that have one of the terms, and some numbers for scores."""
        if not self._words.may_lack:
            count = self._words.count
            texts = [text for text in texts if count(field, text)]
        if not texts:
            return []
        return self._ask(
            (field, *texts), lambda: _LookUp({"constant_score": {"filter": any_of(field, texts)}}, BY_RANK)
        )

    def with_all(self, needed: Sequence[Sequence[Term]], others: Sequence[Sequence[Term]]) -> Hits:
        """Return films that have a term of each word."""
        if not others or all(one[0].worth == 1 for one in needed):
            others = ()
        return self._ask(("all", _key(needed), _key(others)), lambda: _all_of(needed, others))

    def named(self, names: Sequence[Sequence[Term]]) -> Hits:
        """Return films whose director has a term of each word."""
        return self.with_all(names, ())

    def with_most(self, terms: Sequence[Sequence[Term]], least: int) -> Hits:
        """Return films that have a term of at least so many of the words."""
        return self._ask(("most", _key(terms), least), lambda: _most_of(terms, least))

    def pass_over(self, terms: Sequence[Term]) -> None:
        """Note films that may be meant as well, and are not searched for."""
        # A word that only begins others has no term of its own.
        if not terms:
            return
        key = ("passed over", *terms)
        self._noted.add(key)
        if key not in self._queries:
            self._queries[key] = best_of(terms)

    def everything(self) -> Body:
        """Return the query of all films that any look-up so far could find."""
        queries = [query for key, query in self._queries.items() if key in self._asked]
        return {"bool": {"should": queries, "minimum_should_match": 1}}

    def read(self, handles: Sequence[Document]) -> Iterable[Row]:
        """Return what is known of films that were found."""
        return [read_line(one.text) for one in handles]

    async def make(self, step: Callable[[], None]) -> None:
        """Make a step of look-ups, until it asks for nothing that was not asked. Raises IndexUnavailable."""
        while True:
            self._noted.clear()
            step()
            if not self._waiting:
                self._asked |= self._noted
                return
            await self._fetch()

    def _ask(self, key: Hashable, look_up: Callable[[], _LookUp]) -> Hits:
        """Return what a look-up found; nothing, and note it, where that is not known yet."""
        self._noted.add(key)
        found = self._answers.get(key)
        if found is not None:
            return found
        if key not in self._waiting:
            self._waiting[key] = look_up()
            self._queries[key] = self._waiting[key].query
        return []

    async def _fetch(self) -> None:
        asked, self._waiting = self._waiting, {}
        lines = b"".join(b"%b\n%b\n" % (self._header, self._body(one)) for one in asked.values())
        answer: FoundEach = await self._cluster.search(_PATH, lines, FoundEach)
        for (key, look_up), found in zip(asked.items(), answer.responses, strict=True):
            if not found.is_whole:
                raise IndexUnavailable("a part of the search cluster cannot be read")
            score = look_up.score
            self._answers[key] = [
                (hit.sort[0] if score is None else score, Document(hit.sort[-1], hit.text))
                for hit in found.hits.hits
            ]

    def _body(self, look_up: _LookUp) -> bytes:
        query = narrowed(look_up.query, self._must)
        return _encode({"query": query, "size": self.wanted, "sort": look_up.sort, **ASKED})


def _key(terms: Sequence[Sequence[Term]]) -> Hashable:
    return tuple(map(tuple, terms))


def _all_of(needed: Sequence[Sequence[Term]], others: Sequence[Sequence[Term]]) -> _LookUp:
    query: Body = {"bool": {"must": [best_of(one) for one in needed]}}
    if others:
        query["bool"]["should"] = [best_of(one) for one in others]
    elif is_level(needed):
        # All hits are equal: to sort them by rank alone ends sooner.
        return _LookUp(query, BY_RANK, sum(one[0].worth for one in needed))
    return _LookUp(query)


def _most_of(terms: Sequence[Sequence[Term]], least: int) -> _LookUp:
    return _LookUp({"bool": {"should": [best_of(one) for one in terms], "minimum_should_match": least}})

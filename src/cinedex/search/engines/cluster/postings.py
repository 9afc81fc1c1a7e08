"""Look-ups in a cluster: all that a step asks for in one call.

A step is made as if nothing were found, which tells all that it may ask; then again with the answers.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from cinedex.search.engines.cluster.documents import read_line
from cinedex.search.engines.cluster.queries import Body, any_of, best_of, is_level, narrowed
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.finding.port import Hits, Row, Term, WordList
from cinedex.search.port import IndexUnavailable

BY_RANK = [{"o": "desc"}]
_BY_SCORE = ["_score", {"o": "desc"}]
_FOUND = "responses.hits.hits._id,responses.hits.hits.sort,responses.hits.hits.fields"
_PATH = f"/_msearch?filter_path=responses.error,responses._shards.failed,{_FOUND}"


class Document(NamedTuple):
    """A film that was found: its id, and the text that its document keeps."""

    id: str
    text: str


class ClusterPostings:
    """The postings of one generation, for one query that wants so many hits of each look-up; see the port."""

    key_of = itemgetter(0)

    def __init__(
        self, cluster: Cluster, generation: str, words: WordList, wanted: int, must: list[Body]
    ) -> None:
        self.wanted = wanted
        self._cluster = cluster
        self._header = msgspec.json.encode({"index": generation, "allow_partial_search_results": False})
        self._words = words
        self._must = must
        self._answers: dict[bytes, Hits] = {}
        self._waiting: list[bytes] = []
        self._noted: dict[bytes, Body] = {}
        self._asked: dict[bytes, Body] = {}

    def most_prominent(self, field: str, texts: Sequence[str]) -> Hits:
        """Return the best known films that have one of the terms, and some numbers for scores."""
        if not self._words.may_lack:
            texts = [text for text in texts if self._words.count(field, text)]
        if not texts:
            return []
        return self._ask({"constant_score": {"filter": any_of(field, texts)}}, BY_RANK)

    def with_all(self, needed: Sequence[Sequence[Term]], others: Sequence[Sequence[Term]]) -> Hits:
        """Return films that have a term of each word."""
        query: Body = {"bool": {"must": [best_of(one) for one in needed]}}
        if any(one[0].worth < 1 for one in needed) and others:
            query["bool"]["should"] = [best_of(one) for one in others]
        elif is_level(needed):
            return self._ask_level(query, needed)
        return self._ask(query, _BY_SCORE)

    def named(self, names: Sequence[Sequence[Term]]) -> Hits:
        """Return films whose director has a term of each word."""
        return self.with_all(names, ())

    def with_most(self, terms: Sequence[Sequence[Term]], least: int) -> Hits:
        """Return films that have a term of at least so many of the words."""
        some = {"should": [best_of(one) for one in terms], "minimum_should_match": least}
        return self._ask({"bool": some}, _BY_SCORE)

    def pass_over(self, terms: Sequence[Term]) -> None:
        """Note films that may be meant as well, and are not searched for."""
        query = best_of(terms)
        self._noted[msgspec.json.encode(query)] = query

    def everything(self) -> Body:
        """Return the query of all films that any look-up so far could find."""
        return {"bool": {"should": list(self._asked.values()), "minimum_should_match": 1}}

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

    def _ask_level(self, query: Body, needed: Sequence[Sequence[Term]]) -> Hits:
        """Return the best known films of a query whose hits are all equal: to sort by rank alone ends sooner."""
        score = sum(one[0].worth for one in needed)
        return [(score, document) for _, document in self._ask(query, BY_RANK)]

    def _ask(self, query: Body, sort: Sequence[Any]) -> Hits:
        """Return what a query found; nothing, and note it, where that is not known yet."""
        self._noted[msgspec.json.encode(query)] = query
        body = msgspec.json.encode(
            {
                "query": narrowed(query, self._must),
                "size": self.wanted,
                "sort": sort,
                "track_total_hits": False,
                "_source": False,
                "stored_fields": ["a"],
            }
        )
        found = self._answers.get(body)
        if found is not None:
            return found
        if body not in self._waiting:
            self._waiting.append(body)
        return []

    async def _fetch(self) -> None:
        asked, self._waiting = self._waiting, []
        lines = b"".join(b"%b\n%b\n" % (self._header, body) for body in asked)
        answer = await self._cluster.search(_PATH, lines)
        for body, found in zip(asked, answer["responses"], strict=True):
            if "error" in found or found.get("_shards", {}).get("failed"):
                raise IndexUnavailable("a part of the search cluster cannot be read")
            hits = found.get("hits", {}).get("hits", [])
            self._answers[body] = [
                (hit["sort"][0], Document(hit["_id"], hit["fields"]["a"][0])) for hit in hits
            ]

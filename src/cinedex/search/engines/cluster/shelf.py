"""A generation as lists and suggestions are made of it; see `finding.shelf.Shelf`."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from cinedex.foundation.folding import fold_key
from cinedex.search.analysis import analyse_query
from cinedex.search.engines.cluster.documents import read_answer
from cinedex.search.engines.cluster.hits import ASKED, Document, Found
from cinedex.search.engines.cluster.postings import BY_RANK, ClusterPostings
from cinedex.search.engines.cluster.queries import (
    ALL_FILMS,
    Body,
    any_of,
    director_clauses,
    narrowed,
    other_clauses,
)
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.finding import rounds
from cinedex.search.finding.port import Postings, WordList
from cinedex.search.finding.rounds import FEWEST_WANTED, Ranked
from cinedex.search.models import Counts, Filters, Hit
from cinedex.search.standing import id_of

# Half an answer, from the shards that can be read, is none.
_WHOLE = "allow_partial_search_results=false"
_MOST_TOTALS, _MOST_GENRES = 500, 10_000
_YEARS, _THOUSANDTHS = 10, 1000
_AGGREGATIONS = {
    "genres": {"terms": {"field": "genre", "size": _MOST_GENRES}},
    "decades": {"histogram": {"field": "year", "interval": _YEARS, "min_doc_count": 1}},
    "scores": {"histogram": {"field": "score", "interval": _THOUSANDTHS, "min_doc_count": 1}},
}


class Known:
    """What is remembered of a generation at a position: the genres there are, and the counts of lists."""

    def __init__(self) -> None:
        self.genres: list[str] | None = None
        self.totals: dict[Hashable, tuple[int, Counts]] = {}


class ClusterShelf:
    """Asks one generation. `genres` are the titles of those that there are."""

    def __init__(
        self, cluster: Cluster, generation: str, words: WordList, genres: Sequence[str], known: Known
    ) -> None:
        self._cluster = cluster
        self._generation = generation
        self._words = words
        self._genres = {fold_key(title): title for title in genres}
        self._totals = known.totals

    async def rank(self, text: str, filters: Filters, wanted: int, depth: int = 0) -> Ranked | None:
        """Return the films that a text may mean, best first."""
        clauses = self._clauses(filters)
        if clauses is None:
            return None
        title = analyse_query(text)
        director = director_clauses(filters)
        ranked = await rounds.rank(self._postings(wanted, director), self._words, title, depth)
        if ranked is None or len(clauses) == len(director):
            return ranked
        # Judged without the filter: a title well typed that it leaves out is no reason to guess.
        reached = ranked.depth
        narrow = await rounds.rank(self._postings(wanted, clauses), self._words, title, reached, reached)
        return None if narrow is None else narrow._replace(is_strong=ranked.is_strong)

    def films(self, filters: Filters, among: Postings | None = None) -> Body | None:
        """Return the query of the films that pass, of those that were looked up, or of all."""
        clauses = self._clauses(filters)
        if clauses is None:
            return None
        return narrowed(ALL_FILMS if among is None else among.everything(), clauses)

    async def sorted(
        self, films: Body, field: str, limit: int, below: int | None
    ) -> Sequence[tuple[int, Document]]:
        """Return the films with the highest keys, only those below `below`."""
        sort = BY_RANK if field == "rank" else [{field: "desc"}]
        return await self._page(films, sort, limit, [] if below is None else [below])

    async def by_name(self, films: Body, limit: int, after: str) -> Sequence[tuple[str, Document]]:
        """Return the films whose names come after another."""
        return await self._page(films, [{"name": "asc"}], limit, [after] if after else [])

    async def by_id(self, ids: Sequence[int]) -> list[Hit]:
        """Return those of the films that are there, in the order of the ids."""
        named = narrowed(ALL_FILMS, [{"ids": {"values": [str(id_) for id_ in ids]}}])
        found = await self._page(named, BY_RANK, max(1, len(ids)), [])
        by_id = {hit.id: hit for hit in self.read(document for _, document in found)}
        return [by_id[id_] for id_ in ids if id_ in by_id]

    async def count(self, films: Body, key: Hashable) -> tuple[int, Counts]:
        """Count the films of a list, or remember what was counted for another page of it."""
        counted = self._totals.get(key)
        if counted is None:
            found = await self._search(
                {"query": _unscored(films), "size": 0, "track_total_hits": True, "aggs": _AGGREGATIONS}
            )
            counted = found["hits"]["total"]["value"], _counts(found["aggregations"])
            if len(self._totals) < _MOST_TOTALS:
                self._totals[key] = counted
        return counted

    async def count_of(self, person: str) -> int:
        """Return how many films a person directed."""
        query = any_of("person", [person])
        found = await self._search({"query": _unscored(query), "size": 0, "track_total_hits": True})
        total: int = found["hits"]["total"]["value"]
        return total

    def read(self, handles: Iterable[Document]) -> list[Hit]:
        """Return films as they are answered."""
        return [Hit(id_of(one.rank), read_answer(one.text)) for one in handles]

    def _clauses(self, filters: Filters) -> list[Body] | None:
        """Return the clauses of all filters, the director's first; None where a genre is wanted that no film is of."""
        genres = [self._genres.get(fold_key(genre)) for genre in filters.genres]
        known = [genre for genre in genres if genre is not None]
        if len(known) < len(genres):
            return None
        return [*director_clauses(filters), *other_clauses(filters, known)]

    def _postings(self, wanted: int, must: list[Body]) -> ClusterPostings:
        wanted = max(FEWEST_WANTED, wanted)
        return ClusterPostings(self._cluster, self._generation, self._words, wanted, must)

    async def _page(
        self, films: Body, sort: list[dict[str, str]], limit: int, after: list[Any]
    ) -> list[tuple[Any, Document]]:
        body = {"query": _unscored(films), "size": limit, "sort": sort, **ASKED}
        found: Found = await self._search(body | ({"search_after": after} if after else {}), Found)
        return [(hit.sort[0], hit.document) for hit in found.hits.hits]

    async def _search(self, body: Body, shape: Any = Any) -> Any:
        return await self._cluster.read("POST", f"/{self._generation}/_search?{_WHOLE}", body, shape)


async def genres_of(cluster: Cluster, generation: str) -> list[str]:
    """Return the titles of the genres that films of a generation are of. Raises IndexUnavailable."""
    body = {"size": 0, "aggs": {"genres": _AGGREGATIONS["genres"]}}
    found = await cluster.read("POST", f"/{generation}/_search?{_WHOLE}", body)
    return sorted(bucket["key"] for bucket in found["aggregations"]["genres"]["buckets"])


def _unscored(query: Body) -> Body:
    return {"bool": {"filter": [query]}}


def _counts(found: Any) -> Counts:
    genres = {bucket["key"]: bucket["doc_count"] for bucket in found["genres"]["buckets"]}
    return Counts(
        genres=dict(sorted(genres.items(), key=lambda pair: (-pair[1], pair[0]))),
        decades=_histogram(found["decades"], 1),
        scores=_histogram(found["scores"], _THOUSANDTHS),
    )


def _histogram(found: Any, unit: int) -> dict[int, int]:
    return {int(bucket["key"]) // unit: bucket["doc_count"] for bucket in found["buckets"]}

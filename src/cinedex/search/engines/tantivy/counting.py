"""How many films a query finds, and how many of them are of each genre, decade and score."""

from typing import Any

import tantivy
from tantivy import Query

from cinedex.search.engines.tantivy.postings import narrowed
from cinedex.search.engines.tantivy.schema import SAMPLED_SHARE
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.models import Counts

MOST_COUNTED = 100_000
"""Of more films than this, only those of the sample are counted by genre, decade and score."""

_YEARS, _THOUSANDTHS = 10, 1000
_AGGREGATIONS = {
    "genres": {"terms": {"field": "genre", "size": 1000}},
    "decades": {"histogram": {"field": "year", "interval": _YEARS, "min_doc_count": 1}},
    "scores": {"histogram": {"field": "score", "interval": _THOUSANDTHS, "min_doc_count": 1}},
}


def count(snapshot: Snapshot, films: Query) -> tuple[int, Counts]:
    """Return how many films a query finds, and their counts; those of very many films are estimated."""
    # The stubs lack the count.
    found: Any = snapshot.searcher.search(films, 1)
    total: int = found.count
    if total <= MOST_COUNTED:
        return total, _counts(snapshot.searcher, films, 1)
    sample = Query.term_query(snapshot.schema, "sample", "in", index_option="basic")
    return total, _counts(snapshot.searcher, narrowed(films, [sample]), SAMPLED_SHARE)


def _counts(searcher: tantivy.Searcher, films: Query, share: int) -> Counts:
    found: dict[str, Any] = searcher.aggregate(films, _AGGREGATIONS)
    genres = {bucket["key"]: share * bucket["doc_count"] for bucket in found["genres"]["buckets"]}
    return Counts(
        genres=dict(sorted(genres.items(), key=lambda pair: (-pair[1], pair[0]))),
        decades=_histogram(found["decades"], 1, share),
        scores=_histogram(found["scores"], _THOUSANDTHS, share),
        is_estimated=share > 1,
    )


def _histogram(found: dict[str, Any], unit: int, share: int) -> dict[int, int]:
    return {int(bucket["key"]) // unit: share * bucket["doc_count"] for bucket in found["buckets"]}

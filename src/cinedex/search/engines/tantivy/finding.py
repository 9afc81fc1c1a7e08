"""One search: look-ups and ranking in turn, no further than it must."""

from typing import NamedTuple

import numpy as np
import tantivy

from cinedex.search.analysis import Title, analyse_query
from cinedex.search.engines.tantivy.filtering import Screen
from cinedex.search.engines.tantivy.postings import Postings
from cinedex.search.engines.tantivy.retrieval import Pool, Retrieval
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.models import Found, Hit, SearchQuery
from cinedex.search.ranking import score
from cinedex.search.standing import id_of

_FEWEST_WANTED = 40


class Ranked(NamedTuple):
    """Films in order, and how that came about."""

    pool: Pool
    order: list[int]
    is_strong: bool
    depth: int
    """How many look-ups were made, each wider than the one before."""
    retrieval: Retrieval


def find(snapshot: Snapshot, query: SearchQuery) -> Found:
    """Return the films that a query may mean, best first."""
    screen = Screen(snapshot, query.filters)
    ranked = rank(snapshot, analyse_query(query.text), screen, query.limit)
    if ranked is None:
        return Found([], is_strong=False)
    return Found(read_hits(snapshot, ranked, query.limit), ranked.is_strong)


def rank(snapshot: Snapshot, title: Title, screen: Screen, wanted: int, depth: int = 0) -> Ranked | None:
    """Return the films that a query may mean and the screen lets pass, best first; None when there are none.

    Wider look-ups follow only while the best film found is a weak answer, or the `depth` is not reached.
    """
    if screen.is_impossible:
        return None
    ranked = _rank(_retrieval(snapshot, title, wanted, screen.director_clauses), title, depth)
    if ranked is None or not screen.masks:
        return ranked
    column = snapshot.searcher.fast_field_values
    bits = np.array(column("genre_bits", ranked.pool.addresses), dtype=np.int64)
    passes = screen.mask(ranked.pool.facts, bits)
    order = [at for at in ranked.order if passes[at]]
    if len(order) >= wanted or not ranked.retrieval.is_cut:
        return ranked._replace(order=order) if order else None
    # Judged strong before the mask: a title well typed that the filter leaves out is no reason to guess.
    narrow = _rank(_retrieval(snapshot, title, wanted, screen.clauses), title, ranked.depth, ranked.depth)
    return narrow and narrow._replace(is_strong=ranked.is_strong)


def read_hits(snapshot: Snapshot, ranked: Ranked, limit: int) -> list[Hit]:
    """Return the first films of a ranking."""
    ranks, addresses = ranked.pool.ranks, ranked.pool.addresses
    return [
        Hit(id_of(int(ranks[at])), read_answer(snapshot.searcher, addresses[at]))
        for at in ranked.order[:limit]
    ]


def read_answer(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> bytes:
    """Return the movie of a document as JSON."""
    answer: bytes = searcher.doc(address)["answer"][0]
    return answer


def _retrieval(snapshot: Snapshot, title: Title, wanted: int, must: list[tantivy.Query]) -> Retrieval:
    postings = Postings(snapshot.searcher, snapshot.schema, max(_FEWEST_WANTED, wanted), must)
    return Retrieval(postings, title)


def _rank(retrieval: Retrieval, title: Title, least: int, most: int | None = None) -> Ranked | None:
    """Look up until the best film is a strong answer, at least `least` and at most `most` times."""
    steps = retrieval.steps[:most]
    for depth, look_up in enumerate(steps, start=1):
        look_up()
        is_last = depth == len(steps)
        pool = retrieval.pool()
        if pool is None or (depth < least and not is_last):
            continue
        scores = score(title, pool.candidates)
        if scores.is_strong or is_last:
            order = np.lexsort((-pool.ranks, -scores.score)).tolist()
            return Ranked(pool, order, scores.is_strong, depth, retrieval)
    return None

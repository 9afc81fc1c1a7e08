"""One search: look-ups and ranking in turn, no further than it must."""

from collections.abc import Sequence
from typing import NamedTuple

import tantivy

from cinedex.search.analysis import Title, analyse_query
from cinedex.search.engines.tantivy.filtering import Screen
from cinedex.search.engines.tantivy.postings import Postings
from cinedex.search.engines.tantivy.retrieval import FoundFilm, Retrieval
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.models import Found, Hit, SearchQuery
from cinedex.search.ranking import Scorer
from cinedex.search.standing import id_of

_FEWEST_WANTED = 60


class Ranked(NamedTuple):
    """Films in order, at least one, and how that came about."""

    films: list[FoundFilm]
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
    return Found(read_hits(snapshot, ranked.films[: query.limit]), ranked.is_strong)


def rank(snapshot: Snapshot, title: Title, screen: Screen, wanted: int, depth: int = 0) -> Ranked | None:
    """Return the films that a query may mean and the screen lets pass, best first; None when there are none.

    Wider look-ups follow only while the best film found is a weak answer, or the `depth` is not reached.
    """
    if screen.is_impossible:
        return None
    ranked = _rank(_retrieval(snapshot, title, wanted, screen.unmasked_clauses), title, depth)
    if ranked is None or not screen.masks:
        return ranked
    films = screen.passing(snapshot.searcher, ranked.films)
    if len(films) < wanted and ranked.retrieval.is_cut:
        narrow = _rank(_retrieval(snapshot, title, wanted, screen.clauses), title, ranked.depth, ranked.depth)
        # Such look-ups have no tiers to go by, and may be too dear to be made.
        if narrow is not None and len(narrow.films) >= len(films):
            # Judged strong before the mask: a title well typed that the filter leaves out is no reason to guess.
            return narrow._replace(is_strong=ranked.is_strong)
    return ranked._replace(films=films) if films else None


def read_hits(snapshot: Snapshot, films: Sequence[FoundFilm]) -> list[Hit]:
    """Return films as they are answered."""
    return [Hit(id_of(film.rank), read_answer(snapshot.searcher, film.address)) for film in films]


def read_answer(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> bytes:
    """Return the movie of a document as JSON."""
    answer: bytes = searcher.doc(address)["answer"][0]
    return answer


def _retrieval(snapshot: Snapshot, title: Title, wanted: int, must: list[tantivy.Query]) -> Retrieval:
    postings = Postings(snapshot, max(_FEWEST_WANTED, wanted), must)
    return Retrieval(postings, title)


def _rank(retrieval: Retrieval, title: Title, least: int, most: int | None = None) -> Ranked | None:
    """Look up until the best film is a strong answer, at least `least` and at most `most` times."""
    scorer = Scorer(title)
    scored: dict[int, tuple[float, int, FoundFilm]] = {}
    steps = retrieval.steps[:most]
    for depth, look_up in enumerate(steps, start=1):
        look_up()
        is_last = depth == len(steps)
        if depth < least and not is_last:
            continue
        for film in retrieval.found():
            if not film.candidate.coverage and not scorer.is_like(film.candidate):
                # Found by the first letters of its title alone, which go on otherwise.
                continue
            scored[film.rank] = (scorer.score(film.candidate), film.rank, film)
        if not scored:
            continue
        best = max(scored.values(), key=_by_score)[2]
        is_strong = scorer.is_strong(best.candidate)
        if is_strong or is_last:
            order = sorted(scored.values(), key=_by_score, reverse=True)
            return Ranked([film for _, _, film in order], is_strong, depth, retrieval)
    return None


def _by_score(scored: tuple[float, int, FoundFilm]) -> tuple[float, int]:
    return scored[:2]

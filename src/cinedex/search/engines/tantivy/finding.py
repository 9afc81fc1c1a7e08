"""Searches of a snapshot, with filters."""

from tantivy import Query

from cinedex.search.analysis import Title, analyse_query
from cinedex.search.engines.tantivy.filtering import Screen
from cinedex.search.engines.tantivy.postings import Postings
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.engines.tantivy.words import Words
from cinedex.search.finding import rounds
from cinedex.search.finding.rounds import FEWEST_WANTED, Ranked
from cinedex.search.models import Filters


async def rank(snapshot: Snapshot, text: str, filters: Filters, wanted: int, depth: int = 0) -> Ranked | None:
    """Return the films that a text may mean and the filters let pass, best first; None when there are none.

    Wider look-ups follow only while the best film found is a weak answer, or the `depth` is not reached.
    """
    screen = Screen(snapshot, filters)
    if screen.is_impossible:
        return None
    title = analyse_query(text)
    postings = _postings(snapshot, wanted, screen.unmasked_clauses)
    ranked = await rounds.rank(postings, Words(snapshot), title, depth)
    if ranked is None or not screen.masks:
        return ranked
    films = screen.passing(snapshot.searcher, ranked.films)
    if len(films) < wanted and postings.is_cut:
        narrow = await _narrow(snapshot, title, screen.clauses, wanted, ranked.depth)
        # Such look-ups have no tiers to go by, and may be too dear to be made.
        if narrow is not None and len(narrow.films) >= len(films):
            # Judged strong before the mask: a title well typed that the filter leaves out is no reason to guess.
            return narrow._replace(is_strong=ranked.is_strong)
    return ranked._replace(films=films) if films else None


async def _narrow(
    snapshot: Snapshot, title: Title, clauses: list[Query], wanted: int, depth: int
) -> Ranked | None:
    return await rounds.rank(_postings(snapshot, wanted, clauses), Words(snapshot), title, depth, depth)


def _postings(snapshot: Snapshot, wanted: int, must: list[Query]) -> Postings:
    return Postings(snapshot, max(FEWEST_WANTED, wanted), must)

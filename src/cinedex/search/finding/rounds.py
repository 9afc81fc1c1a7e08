"""One search: look-ups and ranking in turn, no further than it must."""

from typing import NamedTuple

from cinedex.search.analysis import Title
from cinedex.search.finding.port import Postings, WordList
from cinedex.search.finding.retrieval import FoundFilm, Retrieval
from cinedex.search.ranking import Scorer

FEWEST_WANTED = 60
"""A look-up fetches at least so many films, that the ranking may choose."""


class Ranked(NamedTuple):
    """Films in order, at least one, and how that came about."""

    films: list[FoundFilm]
    is_strong: bool
    depth: int
    """How many look-ups were made, each wider than the one before."""
    postings: Postings


async def rank(
    postings: Postings, words: WordList, title: Title, least: int, most: int | None = None
) -> Ranked | None:
    """Look up until the best film is a strong answer, at least `least` and at most `most` times.

    Returns the films that a query may mean, best first; None when there are none.
    """
    retrieval = Retrieval(postings, words, title)
    scorer = Scorer(title)
    # No two films have the same rank, so that they themselves are never compared.
    scored: dict[int, tuple[float, int, FoundFilm]] = {}
    steps = retrieval.steps[:most]
    for depth, look_up in enumerate(steps, start=1):
        await postings.make(look_up)
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
        _, _, best = max(scored.values())
        is_strong = scorer.is_strong(best.candidate)
        if is_strong or is_last:
            order = sorted(scored.values(), reverse=True)
            return Ranked([film for _, _, film in order], is_strong, depth, postings)
    return None

"""What an answer is worth: a score for each query, the mean for each kind, and the mean of those."""

from collections.abc import Sequence
from statistics import fmean, median

import msgspec

from cinedex.search.evaluation.queries import JudgedQuery

TOP = 10

# Who names a director wants their films, not one of them.
_SHARE_KINDS = frozenset(["director", "director_typo"])


class Outcome(msgspec.Struct, frozen=True):
    """What became of a query: the ids of the films wanted and of those found, best first, and how long it took."""

    query: JudgedQuery
    wanted: frozenset[int]
    found: tuple[int, ...]
    seconds: float

    @property
    def score(self) -> float:
        """From 0 to 1: `share` for the kinds that ask for a director, else `reciprocal_rank`."""
        rule = share if self.query.kind in _SHARE_KINDS else reciprocal_rank
        return rule(self.wanted, self.found)


class Row(msgspec.Struct, frozen=True):
    """A kind of query in figures."""

    kind: str
    queries: int
    score: float
    median_seconds: float


def reciprocal_rank(wanted: frozenset[int], found: Sequence[int]) -> float:
    """Return 1 when the first film found is wanted, ½ for the second, 0 when none of the top ten is."""
    return next((1 / rank for rank, film in enumerate(found[:TOP], 1) if film in wanted), 0.0)


def share(wanted: frozenset[int], found: Sequence[int]) -> float:
    """Return how much of the top ten, or of all that are wanted if those are fewer, is wanted and was found."""
    return len(wanted.intersection(found[:TOP])) / min(TOP, len(wanted))


def table(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return a row for each kind, in the order in which they first occur, and "macro" as the last.

    That is the mean over the kinds, so that a kind of few queries counts like one of many.
    """
    kinds: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        kinds.setdefault(outcome.query.kind, []).append(outcome)
    rows = [_row(kind, of_kind, fmean(one.score for one in of_kind)) for kind, of_kind in kinds.items()]
    return [*rows, _row("macro", outcomes, fmean(row.score for row in rows))]


def _row(kind: str, outcomes: Sequence[Outcome], score: float) -> Row:
    return Row(kind, len(outcomes), score, median(outcome.seconds for outcome in outcomes))

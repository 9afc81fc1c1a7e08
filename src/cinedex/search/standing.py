"""How well known a film is: what orders films that match a query equally well."""

import math
from collections.abc import Sequence

import msgspec

from cinedex.movies.models import Movie

_ID_BITS = 42
_ID_MASK = (1 << _ID_BITS) - 1
_PROMINENCE_STEPS = (1 << 20) - 1


def rank_of(prominence: float, movie_id: int) -> int:
    """Return a number that sorts by prominence, then by age in the catalogue; no two movies share one."""
    return round(prominence * _PROMINENCE_STEPS) << _ID_BITS | (_ID_MASK - movie_id)


def prominence_of(rank: int) -> float:
    """Return the prominence that a rank was made of."""
    return (rank >> _ID_BITS) / _PROMINENCE_STEPS


def steps_of(rank: int) -> int:
    """Return the prominence that a rank was made of, in 2**20 steps."""
    return rank >> _ID_BITS


def id_of(rank: int) -> int:
    """Return the movie that a rank was made of."""
    return _ID_MASK - (rank & _ID_MASK)


class Tiers(msgspec.Struct, frozen=True):
    """From which rank on a film counts as famous, and as known, of so many films in all.

    A word or a beginning that very many films share is looked up among the famous ones first, so that its
    cost does not grow with the catalogue. Bounds that fit badly cost time, never results.
    """

    famous: int = 0
    known: int = 0
    films: int = 0


_FAMOUS, _KNOWN = 2_000, 32_000


def tiers_of(sample: Sequence[int], total: int) -> Tiers:
    """Return the bounds that leave some 2,000 famous and 32,000 known films of `total`.

    `sample` holds the ranks of films taken evenly from the whole catalogue.
    """
    ranks = sorted(sample, reverse=True)

    def bound(wanted: int) -> int:
        at = wanted * len(ranks) // total if total else 0
        return ranks[at] if at < len(ranks) else 0

    return Tiers(famous=bound(_FAMOUS), known=bound(_KNOWN), films=total)


_MOST_VOTES = math.log1p(3_000_000)
_MOST_POPULARITY = math.log1p(100)


def prominence(movie: Movie) -> float:
    """Return how well known a film is, from 0 to 1.

    Votes tell it best, then a popularity. Where neither is known, films of which more is known are the better
    known ones; they stay below all that have votes or a popularity.
    """
    if movie.votes:
        return 0.3 + 0.7 * min(1.0, math.log1p(movie.votes) / _MOST_VOTES)
    if movie.popularity:
        return 0.3 + 0.5 * min(1.0, math.log1p(movie.popularity) / _MOST_POPULARITY)
    known = (movie.imdb_score is not None, bool(movie.director), bool(movie.cast), bool(movie.genres))
    quality = (movie.imdb_score or 0) / 10
    return sum(
        weight for weight, is_known in zip((0.1, 0.06, 0.04, 0.02), known, strict=True) if is_known
    ) + (0.05 * quality)

"""A log of searches as people type: well-known films more often, each letter by letter, with some slips."""

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate

from cinedex.movies.models import NewMovie
from cinedex.search.evaluation.slips import beside

EXPONENT = 1.0
SLIP_SHARE = 0.02
_SEED = 7


def typed_searches(films: Sequence[NewMovie], people: int) -> Iterator[str]:
    """Yield what is in the box after each letter that each of so many people types.

    The film at rank r, by votes, is meant with a probability that falls as 1/r (Zipf's law). In two of a
    hundred letters the key beside is hit; it stays, as most do while somebody types. The same films and people
    always type the same.
    """
    chance = random.Random(_SEED)  # noqa: S311 -- the same log every time
    known = sorted(films, key=lambda film: -(film.votes or 0))
    weights = list(accumulate(1 / rank**EXPONENT for rank in range(1, len(known) + 1)))
    for film in chance.choices(known, cum_weights=weights, k=people):
        typed = ""
        for letter in film.name:
            typed += _hit(letter, chance)
            # A blank asks for nothing new, and is cleaned away before the search.
            if letter != " ":
                yield typed


def _hit(letter: str, chance: random.Random) -> str:
    """Return what is typed for a letter: itself, or in some cases the key beside it."""
    keys = beside(letter.lower())
    return chance.choice(keys) if keys and chance.random() < SLIP_SHARE else letter.lower()

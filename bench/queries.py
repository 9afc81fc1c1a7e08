"""Many different queries for a load over HTTP: names as they are, half typed, and with a letter left out."""

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from cinedex.movies.models import NewMovie

_SEED = 2


def unique_texts(films: Sequence[NewMovie], count: int) -> list[str]:
    """Return at most that many different queries, made of all the films' names in no order."""
    chance = random.Random(_SEED)  # noqa: S311 -- the same queries every time
    names = chance.sample([film.name for film in films], len(films))
    texts = (text for name in names for text in _typed(name, chance))
    return list(islice(dict.fromkeys(texts), count))


def _typed(name: str, chance: random.Random) -> Iterator[str]:
    yield name
    yield name[: max(1, len(name) * 2 // 3)]
    at = chance.randrange(len(name))
    yield (name[:at] + name[at + 1 :]).strip() or name

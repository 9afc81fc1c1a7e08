"""A million films made from the real ones, for how Cinedex grows.

The real films come first. The others have titles of real title words, each as frequent and each title as long
as in the real ones; a director drawn from the real ones; year, score, votes, genres and cast drawn together
from one real film. In six words of a hundred a letter is changed, so that the vocabulary grows as it does with
real films. The same films and count always make the same films, and fewer films are the beginning of more.
"""

import random
import string
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import msgspec

from cinedex.movies.models import NewMovie

CHANGED_SHARE = 0.06
_SEED = 1895


def enlarge(films: Sequence[NewMovie], count: int) -> Iterator[NewMovie]:
    """Yield `count` films, none of them twice: the real ones, then made ones."""
    yield from islice(_once_each(chain(films, _made_from(films))), count)


def _once_each(films: Iterable[NewMovie]) -> Iterator[NewMovie]:
    seen: set[str] = set()
    for film in films:
        key = film.identity_key
        if key not in seen:
            seen.add(key)
            yield film


def _made_from(films: Sequence[NewMovie]) -> Iterator[NewMovie]:
    chance = random.Random(_SEED)  # noqa: S311 -- the same films every time
    words = [word for film in films for word in film.name.split()]
    lengths = [len(film.name.split()) for film in films]
    while True:
        title = [_spelt(chance.choice(words), chance) for _ in range(chance.choice(lengths))]
        yield msgspec.structs.replace(
            chance.choice(films), name=" ".join(title), director=chance.choice(films).director
        )


def _spelt(word: str, chance: random.Random) -> str:
    """Return the word, in some cases with one letter changed."""
    if chance.random() >= CHANGED_SHARE:
        return word
    at = chance.randrange(len(word))
    return word[:at] + chance.choice(string.ascii_lowercase) + word[at + 1 :]

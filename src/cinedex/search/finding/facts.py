"""What the ranking and the filters need to know of a film beside its title, packed into one number."""

from hashlib import blake2b

import msgspec

from cinedex.search.analysis import Title
from cinedex.search.findable import thousandths
from cinedex.search.models import MovieDocument

UNKNOWN_SCORE = (1 << 14) - 1


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a film's packed facts hold; 0 is an unknown year, UNKNOWN_SCORE an unknown score, in thousandths."""

    year: int
    score: int
    title_words: int
    article: int
    is_turned: bool
    director_words: int
    spelling: int


def facts_of(movie: MovieDocument, title: Title, director_words: int) -> int:
    """Return the packed facts of a movie, its title read and the words of its director counted."""
    return (
        (movie.year or 0) << 51
        | (UNKNOWN_SCORE if movie.score is None else thousandths(movie.score)) << 37
        | min(title.needed_words, 31) << 32
        | min(title.article, 7) << 29
        | title.is_turned << 28
        | min(director_words, 15) << 24
        | pack_spelling(title.spelling)
    )


def unpack_facts(packed: int) -> Facts:
    """Undo `facts_of`."""
    return Facts(
        packed >> 51,
        packed >> 37 & UNKNOWN_SCORE,
        packed >> 32 & 31,
        packed >> 29 & 7,
        packed >> 28 & 1 == 1,
        packed >> 24 & 15,
        packed & 0xFFFFFF,
    )


def pack_spelling(spelling: str) -> int:
    """Return 24 bits that tell one spelling from another."""
    return int.from_bytes(blake2b(spelling.encode(), digest_size=3).digest(), "little")

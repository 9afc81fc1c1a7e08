"""How a movie becomes a document of the cluster's index."""

from collections.abc import Iterator
from typing import Any

import msgspec

from cinedex.search.engines.cluster.schema import BEGINNING_LETTERS, LONGEST_TERM, Key
from cinedex.search.findable import Findable, SortKeys, thousandths
from cinedex.search.models import MovieDocument

_LONG = range(-(2**63), 2**63)

DELETED = b"{}"
"""What is left of a film: a version, so that an older change cannot bring it back."""


def movie_document(movie: MovieDocument) -> bytes:
    """Return the document of a movie as JSON; raises ValueError for what the fields cannot hold."""
    if movie.digest not in _LONG or movie.rank not in _LONG:
        raise ValueError("a number of it has more than 64 bits")
    terms = Findable.of(movie)
    title = terms.title
    keys = SortKeys.of(movie, title)
    line = (
        title.joined,
        title.spelling,
        str(title.needed_words),
        str(title.article),
        str(int(title.is_turned)),
        str(len(terms.director)),
        str(movie.year or ""),
    )
    fields: dict[str, Any] = {
        "w": " ".join(sorted(terms.words)),
        "k": " ".join(sorted(set(_keys(terms)))),
        "id": movie.id,
        "digest": movie.digest,
        "o": movie.rank,
        "by_score": keys.by_score,
        "by_year": keys.by_year,
        "name": keys.name,
        "genre": movie.genres,
        "a": "\t".join(line) + "\n" + movie.answer.decode(),
    }
    if movie.year is not None:
        fields["year"] = movie.year
    if movie.score is not None:
        fields["score"] = thousandths(movie.score)
    return msgspec.json.encode(fields)


def _keys(terms: Findable) -> Iterator[str]:
    for whole in terms.exact:
        yield term(Key.WHOLE, whole)
    for kind, texts in ((Key.BEGINNING, terms.whole), (Key.EDGE, terms.begun)):
        for text in texts:
            for letters in range(1, min(BEGINNING_LETTERS, len(text)) + 1):
                yield term(kind, text[:letters])
    for word in terms.joined:
        yield term(Key.JOINED, word)
    for word in terms.director:
        yield term(Key.NAME, word)
    if terms.director:
        yield term(Key.PERSON, "_".join(terms.director))


def term(kind: Key, text: str) -> str:
    """Return a term of the field `k`, cut to what the engines keep whole."""
    return (kind + text)[:LONGEST_TERM]

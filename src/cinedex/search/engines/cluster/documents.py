"""How a movie becomes a document of the cluster's index."""

from collections.abc import Iterator
from typing import Any

import msgspec

from cinedex.search.analysis import Title
from cinedex.search.engines.cluster.schema import LONGEST_TERM, Key
from cinedex.search.findable import Findable, SortKeys, thousandths
from cinedex.search.finding.facts import facts_of, unpack_facts
from cinedex.search.finding.port import EDGE_LETTERS, PREFIX_LETTERS, Row
from cinedex.search.finding.slips import title_slips
from cinedex.search.models import MovieDocument
from cinedex.search.ranking import LONGEST_COMPARED
from cinedex.search.standing import Tiers

_LONG = range(-(2**63), 2**63)

DELETED = b"{}"
"""What is left of a film: a version, so that an older change cannot bring it back."""


def movie_document(movie: MovieDocument, tiers: Tiers) -> bytes:
    """Return the document of a movie as JSON; raises ValueError for what the fields cannot hold."""
    if movie.digest not in _LONG or movie.rank not in _LONG:
        raise ValueError("a number of it has more than 64 bits")
    terms = Findable.of(movie)
    title = terms.title
    keys = SortKeys.of(movie, title)
    line = f"{title.joined}\t{movie.rank}\t{facts_of(movie, title, len(terms.director))}".encode()
    fields: dict[str, Any] = {
        "w": " ".join(sorted(terms.words)),
        "k": " ".join(sorted({*_keys(terms), *_slips(movie.rank, title, tiers)})),
        "id": movie.id,
        "digest": movie.digest,
        "o": movie.rank,
        "by_score": keys.by_score,
        "by_year": keys.by_year,
        "name": keys.name,
        "genre": movie.genres,
        "a": _text(line, movie.answer),
    }
    if movie.year is not None:
        fields["year"] = movie.year
    if movie.score is not None:
        fields["score"] = thousandths(movie.score)
    return msgspec.json.encode(fields)


def _keys(terms: Findable) -> Iterator[str]:
    for whole in terms.exact:
        yield term(Key.WHOLE, whole)
    for kind, texts, longest in (
        (Key.BEGINNING, terms.whole, PREFIX_LETTERS),
        (Key.EDGE, terms.begun, EDGE_LETTERS),
    ):
        for text in texts:
            for letters in range(1, min(longest, len(text)) + 1):
                yield term(kind, text[:letters])
    for word in terms.joined:
        yield term(Key.JOINED, word)
    for word in terms.director:
        yield term(Key.NAME, word)
    if terms.director:
        yield term(Key.PERSON, "_".join(terms.director))


def _slips(rank: int, title: Title, tiers: Tiers) -> Iterator[str]:
    for kind, bound in ((Key.KNOWN_SLIP, tiers.known), (Key.FAMOUS_SLIP, tiers.famous)):
        if rank >= bound:
            yield from (term(kind, slip) for slip in title_slips(title))


def _text(line: bytes, answer: bytes) -> bytes:
    """Return both as one text, filled up to a multiple of three bytes: the engines' base64 has no padding."""
    return line + b" " * (-(len(line) + 1 + len(answer)) % 3) + b"\n" + answer


def rank_of(text: bytes) -> int:
    """Return the rank of a document's `a`."""
    return int(text[text.index(b"\t") + 1 :].partition(b"\t")[0])


def read_line(text: bytes) -> Row:
    """Return what the ranking needs of a document's `a`."""
    joined, rank, facts = text[: text.index(b"\n")].split(b"\t")
    return int(rank), unpack_facts(int(facts)), joined[:LONGEST_COMPARED]


def read_answer(text: bytes) -> bytes:
    """Return the movie as JSON of a document's `a`."""
    return text[text.index(b"\n") + 1 :]


def term(kind: Key, text: str) -> str:
    """Return a term of the field `k`, cut to what the engines keep whole."""
    return (kind + text)[:LONGEST_TERM]

"""What a cluster's searches answer: films, each by its text and by what it was sorted by."""

from typing import Any, NamedTuple

import msgspec

from cinedex.search.engines.cluster.documents import rank_of

# Anything stored, an id too, would cost a look into compressed blocks: as long as to find the films.
ASKED: dict[str, Any] = {
    "track_total_hits": False,
    "_source": False,
    "stored_fields": "_none_",
    "docvalue_fields": ["a"],
}
"""What a search for films is asked besides its query."""


class Document(NamedTuple):
    """A film that was found: its rank, and the text that its document keeps."""

    rank: int
    text: bytes


class _Fields(msgspec.Struct):
    a: list[bytes]


class Hit(msgspec.Struct):
    """A film, and the values that it was sorted by."""

    fields: _Fields
    sort: list[Any]

    @property
    def text(self) -> bytes:
        """What its document keeps."""
        return self.fields.a[0]

    @property
    def document(self) -> Document:
        """The film by itself."""
        return Document(rank_of(self.text), self.text)


class _Hits(msgspec.Struct):
    hits: list[Hit] = []


class _Shards(msgspec.Struct):
    failed: int = 0


class Found(msgspec.Struct):
    """What a search for films answers. Half an answer, from the shards that can be read, is none."""

    hits: _Hits = msgspec.field(default_factory=_Hits)
    shards: _Shards = msgspec.field(name="_shards", default_factory=_Shards)
    error: msgspec.Raw | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all shards have answered."""
        return self.error is None and not self.shards.failed


class FoundEach(msgspec.Struct):
    """What several searches answer that were asked at once."""

    responses: list[Found]

"""The fields of the index, accepted by Elasticsearch 8 and 9 and by OpenSearch 2 and 3, without a plug-in.

Words arrive folded and split, and are only parted at spaces, so that every engine holds the same ones. Beside
films an index holds the outbox position, and films that were deleted, as documents without a field.
"""

from enum import StrEnum
from typing import Any

import msgspec

from cinedex.search.standing import Tiers

VERSION = 4
"""Raise it when the fields or their contents change: a newer program then builds a new generation."""

POSITION = "position"
"""The id of the document whose version is the outbox position."""

LONGEST_TERM = 255
"""The engines cut a longer word in pieces."""


class Key(StrEnum):
    """What a term of `k` is, told by its first character; titles and names are without spaces."""

    WHOLE = "="  # a title, with and without its article
    BEGINNING = "^"  # its first letters
    EDGE = "%"  # the first letters of a title's or director's word
    KNOWN_SLIP = "~"  # the first letters of a known film's title, one left out
    FAMOUS_SLIP = "!"  # the same of a famous film's
    JOINED = "+"  # two neighbouring words, or the acronym
    PERSON = "@"  # the director's whole name
    NAME = ">"  # a word of the director's name


class Origin(msgspec.Struct):
    """Whose films a generation holds, and which of them count as famous and as known."""

    catalogue_uid: str
    tiers: Tiers


_WORDS = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"}
_COLUMN = {"type": "long", "index": False}

_FIELDS: dict[str, Any] = {
    "w": _WORDS,  # every word of title, director and cast, raw and canonical
    "k": _WORDS,  # what `Key` tells
    "id": _COLUMN,
    "digest": _COLUMN,
    "o": _COLUMN,  # the rank: unique, so that films that match equally well have one order
    "by_score": _COLUMN,  # sort keys: each unique, so that a page can begin where the one before it ended
    "by_year": _COLUMN,
    "name": {"type": "keyword", "index": False},
    # For filters and counts; the score in thousandths.
    "year": {"type": "short"},
    "score": {"type": "short"},
    "genre": {"type": "keyword"},
    # A line for the ranking, and the movie as JSON. Columns are not compressed: to read this from what is stored
    # would take as long as to find the films.
    "a": {"type": "binary", "doc_values": True},
}


def index_body(origin: Origin, writer_alias: str) -> dict[str, Any]:
    """Return what a generation is created with.

    It shows changes only when it is told to, and holds each document once: the database has the films.
    """
    return {
        "settings": {
            "index": {
                "number_of_shards": 1,
                "auto_expand_replicas": "0-1",
                "refresh_interval": "-1",
                "sort.field": "o",
                "sort.order": "desc",
            }
        },
        "mappings": {
            "_meta": msgspec.to_builtins(origin),
            "_source": {"enabled": False},
            "dynamic": "strict",
            "properties": _FIELDS,
        },
        "aliases": {writer_alias: {}},
    }

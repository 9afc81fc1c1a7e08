"""Judged queries: what somebody typed, and the films that are right for it. Read from files and written to them."""

import os
from collections.abc import Container, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from cinedex.foundation.errors import Invalid
from cinedex.foundation.text import clean_line
from cinedex.search.models import LONGEST_QUERY

_LONGEST_KIND = 50


class UnusableQueries(Exception):
    """The file cannot be read or written, or a line of it is no judged query; the message says which and why."""


class By(Enum):
    """What the numbers of `want` are: lines of a corpus, counted from 0, or ids of a catalogue."""

    LINE = "line"
    ID = "id"


class JudgedQuery(msgspec.Struct, frozen=True, omit_defaults=True):
    """A query, the kind of slip or shortening it shows, and the films that are right for it.

    `by` says what the numbers are, so that a set made for one catalogue is not scored on another. Older sets
    do not say.
    """

    kind: str
    query: str
    want: Annotated[tuple[Annotated[int, Meta(ge=0)], ...], Meta(min_length=1)]
    by: By | None = None


_DECODER = msgspec.json.Decoder(JudgedQuery)


def read_queries(path: Path, by: By) -> list[JudgedQuery]:
    """Return the queries of a file of JSON lines, which must name their films by `by` where they say so.

    Raises UnusableQueries, with the number of the line from 1.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UnusableQueries(error.strerror or str(error)) from error
    queries = [_query(number, line, by) for number, line in enumerate(text.split(b"\n"), 1) if line.strip()]
    if not queries:
        raise UnusableQueries("The file holds no queries")
    return queries


def require_films(queries: Sequence[JudgedQuery], known: Container[int]) -> None:
    """Raise UnusableQueries for the first query that wants a film which is not known."""
    for query in queries:
        for number in query.want:
            if number not in known:
                raise UnusableQueries(f'"{query.query}" wants film {number}, and there is none')


def write_queries(path: Path, queries: Sequence[JudgedQuery]) -> None:
    """Write a file of JSON lines, whole or not at all.

    Raises UnusableQueries when it cannot be written, or when there are no queries to write.
    """
    if not queries:
        raise UnusableQueries("There are no films to make queries of; nothing was written")
    try:
        path = path.resolve()
        if path.exists() and not path.is_file():
            raise UnusableQueries("It is there, and is no file")
        draft = path.with_name(f".{path.name}-{os.getpid()}")
        try:
            draft.write_bytes(msgspec.json.Encoder().encode_lines(queries))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UnusableQueries(error.strerror or str(error)) from error


def _query(number: int, line: bytes, by: By) -> JudgedQuery:
    try:
        query = _DECODER.decode(line)
        query = msgspec.structs.replace(
            query,
            kind=clean_line(query.kind, "kind", limit=_LONGEST_KIND),
            query=clean_line(query.query, "query", limit=LONGEST_QUERY),
        )
    except Invalid as error:
        [(field, why)] = error.fields.items()
        raise UnusableQueries(f"line {number}: {field}: {why}") from None
    except UnicodeDecodeError:
        raise UnusableQueries(f"line {number}: not valid UTF-8") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnusableQueries(f"line {number}: {error}") from None
    if query.by not in (by, None):
        meant = "lines of a corpus: name it" if query.by is By.LINE else "ids of a catalogue: name no corpus"
        raise UnusableQueries(f"line {number}: its films are {meant}")
    return query

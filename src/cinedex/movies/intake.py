"""Films from files: JSON lines or one JSON list, plain or gzipped, told apart by what is in them."""

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from cinedex.foundation.errors import Invalid
from cinedex.movies.models import NewMovie, new_movie
from cinedex.movies.schemas import given_titles

_GZIP = b"\x1f\x8b"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_LINE_BYTES = 1024 * 1024


class UnreadableFile(Exception):
    """The file is missing, is no file, or cannot be read to its end."""


class Refused(msgspec.Struct, frozen=True):
    """A line of the file, or an item of its list, that holds no film: which one, from 1, and why."""

    number: int
    reason: str


class _Entry(msgspec.Struct):
    # A title such as 1776 is a number in files made by programs that guess types.
    name: str | int | float
    director: str | None = None
    imdb_score: float | None = None
    popularity: float | None = None
    genre: str | list[str] | None = None
    genres: str | list[str] | None = None
    year: int | None = None
    votes: int | None = None
    cast: list[str] | None = None
    # What the older service calls popularity.
    old_popularity: float | None = msgspec.field(default=None, name="99popularity")


_DECODER = msgspec.json.Decoder(_Entry)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


class MovieFile:
    """An open file of films: iterate over it, once, for each film or the refusal of what is none.

    JSON lines are read one at a time, whatever the size of the file; a list is read whole. An empty file
    or list has no films, and is no error. Opening and iterating raise UnreadableFile.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb")
            self.size = os.fstat(self._file.fileno()).st_size
        except OSError as error:
            raise UnreadableFile(error.strerror or str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[NewMovie | Refused]:
        try:
            yield from self._entries()
        except EOFError:
            raise UnreadableFile("The file ends too early: part of it is missing") from None
        except (OSError, zlib.error) as error:
            raise UnreadableFile(str(error)) from error

    @property
    def position(self) -> int:
        """How many of the `size` bytes have been read; 0 for a pipe, which has no size."""
        return self._file.raw.tell() if self._file.seekable() else 0

    def _entries(self) -> Iterator[NewMovie | Refused]:
        stream: io.BufferedReader[Any] = self._file
        if stream.peek(2)[:2] == _GZIP:
            stream = io.BufferedReader(gzip.GzipFile(fileobj=stream))
        if stream.peek(2)[:2] in _UTF16_MARKS:
            raise UnreadableFile("The file is UTF-16; save it as UTF-8")
        if stream.peek(3)[:3] == _UTF8_MARK:
            stream.read(3)
        number = 1
        while (first := stream.peek(1)[:1]).isspace():
            number += stream.read(1) == b"\n"
        return _items(stream.read()) if first == b"[" else _lines(stream, number)


def _items(text: bytes) -> Iterator[NewMovie | Refused]:
    try:
        items = _LIST.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnreadableFile(f"The file begins like a JSON list, and is none: {error}") from None
    for number, item in enumerate(items, start=1):
        yield _movie(number, item)


def _lines(stream: "io.BufferedReader[Any]", number: int) -> Iterator[NewMovie | Refused]:
    while line := stream.readline(_LONGEST_LINE_BYTES):
        if len(line) == _LONGEST_LINE_BYTES and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(_LONGEST_LINE_BYTES)
            yield Refused(number, f"longer than {_LONGEST_LINE_BYTES} bytes")
        elif not line.isspace():
            yield _movie(number, line)
        number += 1


def _movie(number: int, text: bytes | msgspec.Raw) -> NewMovie | Refused:
    try:
        return _cleaned(_DECODER.decode(text))
    except Invalid as error:
        return Refused(number, "; ".join(f"{field}: {why}" for field, why in error.fields.items()))
    except UnicodeDecodeError:
        return Refused(number, "not valid UTF-8")
    except msgspec.DecodeError as error:
        return Refused(number, str(error))
    except RecursionError:
        return Refused(number, "nested too deeply")


def _cleaned(entry: _Entry) -> NewMovie:
    return new_movie(
        name=entry.name if isinstance(entry.name, str) else str(entry.name),
        # Files say "" as well as null where nobody knows.
        director=entry.director if entry.director and entry.director.strip() else None,
        imdb_score=entry.imdb_score,
        popularity=entry.popularity if entry.popularity is not None else entry.old_popularity,
        genres=given_titles(entry.genre, entry.genres),
        year=entry.year,
        votes=entry.votes,
        cast=entry.cast or (),
    )

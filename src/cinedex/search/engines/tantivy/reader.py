"""Searching the live generation; a new commit or a new generation shows at the next search."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cinedex.search.engines.tantivy.at_once import at_once
from cinedex.search.engines.tantivy.generations import is_readable, read_current
from cinedex.search.engines.tantivy.schema import build_schema, open_index
from cinedex.search.engines.tantivy.shelf import TantivyShelf
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.engines.tantivy.writer import errors_as, read_state
from cinedex.search.finding.listing import list_page
from cinedex.search.finding.searching import find
from cinedex.search.finding.suggesting import suggest
from cinedex.search.models import Found, Listing, Mark, Page, SearchQuery, Suggestion
from cinedex.search.port import IndexUnavailable

if TYPE_CHECKING:
    import tantivy

# What changes of a file when another one takes its place: the time alone may be as coarse as a commit.
_Stamp = tuple[int, int, int]


class _Stamps(NamedTuple):
    """The two files that tell of a new generation and of a new commit."""

    current: _Stamp
    commit: _Stamp


class TantivyEngine:
    """The read side of the index in one directory; see `port.SearchEngine`. It holds no lock."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._current = directory / "CURRENT"
        self._schema = build_schema()
        self._index: tantivy.Index | None = None
        self._generation: Path | None = None
        self._commit: Path | None = None
        self._stamps: _Stamps | None = None
        self._snapshot: Snapshot | None = None

    async def mark(self) -> Mark:
        """Return where the index stands now."""
        return self.snapshot().mark

    async def search(self, query: SearchQuery) -> Found:
        """Return the films that the query may mean, best first."""
        with errors_as(IndexUnavailable):
            return await find(TantivyShelf(self.snapshot()), query)

    async def list(self, listing: Listing) -> Page:
        """Return a page of a list."""
        shelf = TantivyShelf(self.snapshot())
        with errors_as(IndexUnavailable):
            # To count very many films takes milliseconds; Tantivy lets others run meanwhile.
            return await asyncio.to_thread(at_once, list_page(shelf, listing))

    async def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        """Return films and directors that a half typed text may become."""
        with errors_as(IndexUnavailable):
            return await suggest(TantivyShelf(self.snapshot()), text, limit)

    async def genres(self) -> Sequence[str]:
        """Return the titles of the genres that films are of."""
        return self.snapshot().genres

    def close(self) -> None:
        """Let go of the index's files."""
        self._index = self._snapshot = self._stamps = None

    def snapshot(self) -> Snapshot:
        """Return a snapshot no older than the last commit: two file times, unless something changed. Raises IndexUnavailable."""
        try:
            if self._snapshot is None or self._stamps != self._read_stamps():
                with errors_as(IndexUnavailable):
                    self._snapshot = self._reload()
        except (OSError, IndexUnavailable) as error:
            self.close()
            raise IndexUnavailable(str(error)) from error
        return self._snapshot

    def _read_stamps(self) -> _Stamps | None:
        if self._commit is None:
            return None
        return _Stamps(_stamp(self._current), _stamp(self._commit))

    def _reload(self) -> Snapshot:
        name = read_current(self._directory)
        if name is None or not is_readable(name):
            raise IndexUnavailable("no index that this program can read")
        generation = self._directory / name
        if self._index is None or generation != self._generation:
            self._index = open_index(str(generation), self._schema)
            self._generation, self._commit = generation, generation / "meta.json"
        # Stamps are read before the reload: a commit in between is then seen again, not missed.
        stamps = self._read_stamps()
        self._index.reload()
        searcher = self._index.searcher()
        self._stamps = stamps
        state = read_state(searcher)
        return Snapshot.of(Mark(name, state.position), searcher, self._schema, state.genres)


def _stamp(file: Path) -> _Stamp:
    status = os.stat(file)  # noqa: PTH116 -- half the time of the path's own, before each search
    return status.st_mtime_ns, status.st_ino, status.st_size

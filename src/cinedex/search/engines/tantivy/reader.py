"""Searching the live generation; a new commit or a new generation shows at the next search."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import tantivy

from cinedex.search.analysis import analyse_query
from cinedex.search.engines.tantivy.generations import is_readable, read_current
from cinedex.search.engines.tantivy.postings import Postings
from cinedex.search.engines.tantivy.retrieval import Retrieval
from cinedex.search.engines.tantivy.schema import build_schema, open_index
from cinedex.search.engines.tantivy.writer import read_state
from cinedex.search.models import Found, Hit, Mark, SearchQuery
from cinedex.search.port import IndexUnavailable
from cinedex.search.ranking import score
from cinedex.search.standing import id_of

_FEWEST_HITS = 40


class _Snapshot(NamedTuple):
    """The index as it stood at one moment."""

    mark: Mark
    searcher: tantivy.Searcher


class _Stamp(NamedTuple):
    """What changes of a file when another one takes its place: the time alone may be as coarse as a commit."""

    nanoseconds: int
    inode: int
    size: int

    @classmethod
    def of(cls, file: Path) -> "_Stamp":
        status = file.stat()
        return cls(status.st_mtime_ns, status.st_ino, status.st_size)


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
        self._snapshot: _Snapshot | None = None

    async def mark(self) -> Mark:
        """Return where the index stands now."""
        return self._fresh().mark

    async def search(self, query: SearchQuery) -> Found:
        """Return the films that the query may mean, best first."""
        try:
            return find(self._fresh().searcher, self._schema, query)
        except ValueError as error:
            raise IndexUnavailable(str(error)) from error

    def close(self) -> None:
        """Let go of the index's files."""
        self._index = self._snapshot = self._stamps = None

    def _fresh(self) -> _Snapshot:
        """Return a snapshot no older than the last commit: two file times, unless something changed."""
        try:
            if self._snapshot is None or self._stamps != self._read_stamps():
                self._snapshot = self._reload()
        except (OSError, ValueError) as error:
            self.close()
            raise IndexUnavailable(str(error)) from error
        return self._snapshot

    def _read_stamps(self) -> _Stamps | None:
        if self._commit is None:
            return None
        return _Stamps(_Stamp.of(self._current), _Stamp.of(self._commit))

    def _reload(self) -> _Snapshot:
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
        return _Snapshot(Mark(name, read_state(searcher).position), searcher)


def find(searcher: tantivy.Searcher, schema: tantivy.Schema, query: SearchQuery) -> Found:
    """Return the films that a query may mean, best first.

    Looks no further than it must: wider look-ups follow only while the best film found is a weak answer.
    """
    title = analyse_query(query.text)
    retrieval = Retrieval(Postings(searcher, schema, max(_FEWEST_HITS, query.limit)), title)
    for step in retrieval.steps:
        step()
        pool = retrieval.pool()
        if not pool.addresses:
            continue
        scores = score(title, pool.candidates)
        if scores.is_strong or step == retrieval.widest:
            order = np.lexsort((-pool.ranks, -scores.score))[: query.limit].tolist()
            return Found(
                [
                    Hit(id_of(int(pool.ranks[at])), searcher.doc(pool.addresses[at])["answer"][0])
                    for at in order
                ],
                scores.is_strong,
            )
    return Found([], is_strong=False)

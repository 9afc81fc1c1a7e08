"""Where each adapter of the search port keeps its index. A new adapter is one more entry in `PLACES`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from cinedex.search.engines.tantivy import schema
from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.port import SearchEngine, SearchIndex
from contracts.cluster_place import ClusterPlace, nodes_under_test


class Place(Protocol):
    """Keeps an index; each call of `index` and `engine` stands for another process."""

    keeps_second_writers_out: bool

    mark_seconds: float
    """How old a mark may be."""

    def index(self) -> SearchIndex:
        """Return the write side."""
        ...

    def engine(self) -> SearchEngine:
        """Return the read side."""
        ...

    async def generations(self) -> set[str]:
        """Return the names of all generations that take room, live or not."""
        ...

    async def damage(self, generation: str) -> None:
        """Make a generation unreadable."""
        ...

    def raise_schema_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make the program a newer one, for which what is there has the wrong schema."""
        ...

    async def remove(self) -> None:
        """Remove the index."""
        ...

    async def close(self) -> None:
        """Let go of what this event loop has opened here."""
        ...


class TantivyPlace:
    mark_seconds = 0.0

    keeps_second_writers_out = True

    def __init__(self, directory: Path, _run_folder: Path) -> None:
        self._directory = directory

    def index(self) -> SearchIndex:
        return TantivyIndex(self._directory)

    def engine(self) -> SearchEngine:
        return TantivyEngine(self._directory)

    async def generations(self) -> set[str]:
        return {path.name for path in self._directory.iterdir() if path.is_dir()}

    async def damage(self, generation: str) -> None:
        for file in (self._directory / generation).iterdir():
            if file.suffix in {".term", ".store", ".fast"}:
                file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    def raise_schema_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)

    async def remove(self) -> None:
        """The folder goes with the test."""

    async def close(self) -> None:
        """Nothing is open between two calls."""


PLACES: dict[str, Callable[[Path, Path], Place]] = {
    "tantivy": TantivyPlace,
    **{name: partial(ClusterPlace, name) for name in nodes_under_test()},
}
"""Each is made with a folder of its own, and the folder that all tests of a run share."""

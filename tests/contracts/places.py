"""Where each adapter of the search port keeps its index. A new adapter is one more class in `PLACES`."""

from pathlib import Path
from typing import Protocol

import pytest

from cinedex.search.engines.tantivy import schema
from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.port import SearchEngine, SearchIndex


class Place(Protocol):
    """Keeps an index; each call of `index` and `engine` stands for another process."""

    def index(self) -> SearchIndex:
        """Return the write side."""
        ...

    def engine(self) -> SearchEngine:
        """Return the read side."""
        ...

    def generations(self) -> set[str]:
        """Return the names of all generations that take room, live or not."""
        ...

    def damage(self, generation: str) -> None:
        """Make a generation unreadable."""
        ...

    def raise_schema_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make the program a newer one, for which what is there has the wrong schema."""
        ...


class TantivyPlace:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def index(self) -> SearchIndex:
        return TantivyIndex(self._directory)

    def engine(self) -> SearchEngine:
        return TantivyEngine(self._directory)

    def generations(self) -> set[str]:
        return {path.name for path in self._directory.iterdir() if path.is_dir()}

    def damage(self, generation: str) -> None:
        for file in (self._directory / generation).iterdir():
            if file.suffix in {".term", ".store", ".fast"}:
                file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    def raise_schema_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)


PLACES = (TantivyPlace,)

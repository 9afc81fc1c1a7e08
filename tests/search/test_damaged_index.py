"""The embedded index over damaged files: what Tantivy cannot read is unavailable, its panics too."""

from pathlib import Path
from typing import Any

import pytest
import tantivy

from cinedex.search.engines.tantivy import reader, writer
from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.finding.shelf import Shelf
from cinedex.search.models import Listing, SearchQuery
from cinedex.search.port import IndexUnavailable
from contracts.indexes import CATALOGUE, publish_new
from films import HEAT, JAWS


def panic(searcher: tantivy.Searcher) -> Any:
    """Read where nothing is, as damaged postings may point there."""
    return searcher.doc(tantivy.DocAddress(7, 7))


async def test_a_panic_leaves_the_engine_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await publish_new(TantivyIndex(tmp_path), {1: HEAT})
    engine = TantivyEngine(tmp_path)

    async def read_nothing(shelf: Shelf, _: Any, *__: Any) -> Any:
        return shelf.read([tantivy.DocAddress(7, 7)])

    for name in ("find", "list_page", "suggest"):
        monkeypatch.setattr(reader, name, read_nothing)
    for call in (
        lambda: engine.search(SearchQuery("heat")),
        lambda: engine.list(Listing("heat")),
        lambda: engine.suggest("heat", 8),
    ):
        with pytest.raises(IndexUnavailable):
            await call()
    engine.close()


async def test_a_panic_on_opening_tells_the_writer_to_build_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = TantivyIndex(tmp_path)
    await publish_new(index, {1: HEAT})
    monkeypatch.setattr(writer, "read_state", panic)
    with pytest.raises(IndexUnavailable):
        await index.open_live(CATALOGUE)


@pytest.mark.parametrize("suffix", [".pos", ".idx", ".term", ".fast", ".store"])
async def test_figures_of_an_index_that_lacks_a_file_are_unavailable_or_right(
    tmp_path: Path, suffix: str
) -> None:
    index = TantivyIndex(tmp_path)
    generation = await publish_new(index, {1: HEAT, 2: JAWS})
    for file in (tmp_path / generation).glob(f"*{suffix}"):
        file.unlink()
    try:
        status = await index.status()
        assert status is not None
        assert status.movies == await index.count(generation) == len(await index.digests()) == 2
    except IndexUnavailable:
        pass

"""Two indexes of one catalogue, the films and the list of words: what one of them refuses is not the other's affair."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from catalogues import on_both
from cinedex.foundation import outbox
from cinedex.search.engines.tantivy.word_list import TantivyWordList, WordListIndex
from cinedex.search.indexer import Indexer
from cinedex.search.port import IndexWriter, SearchIndex
from cinedex.search.rebuild import Rebuilder
from cinedex.services import Services
from films import FARGO, HEAT, JAWS
from search.faulty import Faults, FaultyIndex
from search.steps import change, parked_ids
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="it makes both indexes itself, on each database")


@pytest.fixture
def words(tmp_path: Path) -> SearchIndex:
    (tmp_path / "words").mkdir()
    return WordListIndex(tmp_path / "words")


async def opened(services: Services, index: SearchIndex) -> IndexWriter:
    """Open the live generation, made first if need be."""
    if await index.live_generation() is None:
        await Rebuilder(services.database, services.movies, index).rebuild()
    writer = await index.open_live(await services.movies.catalogue_uid())
    assert writer is not None
    return writer


async def catch_up(services: Services, *indexes: SearchIndex) -> None:
    for index in indexes:
        writer = await opened(services, index)
        await Indexer(services.database, services.movies).catch_up(writer)
        await writer.close()


async def last_position(services: Services) -> int:
    async with services.database.reading() as connection:
        return await outbox.last_position(connection)


@on_both
async def test_the_words_take_away_no_mark_of_a_film_that_the_index_refuses(
    services: Services, words: SearchIndex
) -> None:
    faults = Faults()
    index = FaultyIndex(services.index, faults)
    await catch_up(services, index, words)
    faults.refused = {"Jaws"}
    await services.movies.load([HEAT, JAWS, FARGO])
    await catch_up(services, index, words)
    assert await parked_ids(services.database) == [2]
    await change(services.database, 2, JAWS)
    await catch_up(services, words)
    assert await parked_ids(services.database) == [2]
    faults.refused.clear()
    await catch_up(services, index)
    assert await parked_ids(services.database) == []


@on_both
async def test_what_the_words_refuse_is_told_and_set_aside_for_nobody(
    services: Services, words: SearchIndex, tmp_path: Path
) -> None:
    faults = Faults()
    refusing = FaultyIndex(words, faults)
    await catch_up(services, services.index, refusing)
    faults.refused, faults.refused_late = {"Jaws"}, {"Fargo"}
    await services.movies.load([HEAT, JAWS, FARGO])
    with capture_logs() as logs:
        await catch_up(services, services.index, refusing)
    assert await parked_ids(services.database) == []
    assert [log["movie_id"] for log in logs if log["event"] == "left out"] == [2, 3]
    known = TantivyWordList(tmp_path / "words").at(3)
    assert [known.count("words", word) for word in ("heat", "jaws", "fargo")] == [1, 0, 0]
    assert not known.may_lack


@on_both
@pytest.mark.parametrize("when", ["refused", "refused_late"])
async def test_the_words_are_built_beside_a_film_that_is_set_aside(
    services: Services, words: SearchIndex, when: str
) -> None:
    faults = Faults()
    index = FaultyIndex(services.index, faults)
    await catch_up(services, index)
    faults.refused = {"Jaws"}
    await services.movies.load([HEAT, JAWS, FARGO])
    await catch_up(services, index)
    before = await last_position(services)
    refusing = Faults()
    setattr(refusing, when, {"Fargo"})
    await catch_up(services, FaultyIndex(words, refusing))
    assert sorted(await words.digests()) == [1, 2]
    assert await parked_ids(services.database) == [2]
    # Nobody is asked to try again what the words have nothing to do with.
    assert await last_position(services) == before

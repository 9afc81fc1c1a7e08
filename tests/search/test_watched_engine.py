"""An engine that is watched answers as the engine does, and its calls are counted."""

from collections.abc import Iterator

import pytest

from cinedex.foundation.tally import CALLS, Tally
from cinedex.search.models import Listing, SearchQuery
from cinedex.search.port import IndexUnavailable
from cinedex.search.watched_engine import WatchedEngine
from cinedex.services import Services
from films import FILMS
from search.faulty import CountingEngine
from search.steps import catch_up


@pytest.fixture
async def filled(services: Services) -> Services:
    await services.movies.load(FILMS)
    await catch_up(services)
    return services


@pytest.fixture
def engine(services: Services) -> Iterator[CountingEngine]:
    opened = CountingEngine(services)
    yield opened
    opened.close()


@pytest.mark.usefixtures("filled")
async def test_answers_are_the_engine_s(engine: CountingEngine) -> None:
    tally = Tally(lambda: None)
    watched = WatchedEngine(engine, tally, None)
    assert await watched.mark() == await engine.mark()
    assert await watched.search(SearchQuery("alien")) == await engine.search(SearchQuery("alien"))
    assert await watched.list(Listing("dune")) == await engine.list(Listing("dune"))
    assert await watched.suggest("al", 5) == await engine.suggest("al", 5)
    assert await watched.genres() == await engine.genres()
    counted = {str(kind[0]): sum(counts[:-1]) for kind, counts in tally.engine_calls.take().items()}
    assert counted == dict.fromkeys(CALLS[1:], 1)
    assert not tally.failures


async def test_failures_are_raised_and_counted(engine: CountingEngine) -> None:
    tally = Tally(lambda: None)
    watched = WatchedEngine(engine, tally, None)
    engine.fails_to = "mark"
    with pytest.raises(IndexUnavailable):
        await watched.mark()
    engine.fails_to = "search"
    for _ in range(2):
        with pytest.raises(IndexUnavailable):
            await watched.search(SearchQuery("alien"))
    assert tally.failures == {("mark", "unavailable"): 1, ("search", "unavailable"): 2}
    assert [sum(counts[:-1]) for counts in tally.engine_calls.take().values()] == [2]

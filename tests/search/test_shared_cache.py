"""Several processes over one Redis: what one has found, the others need not look for."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.cache.redis_cache import RedisCache
from cinedex.search.models import Filters, Listing, SearchQuery
from cinedex.search.service import NothingFound, SearchService
from cinedex.services import Services
from films import ALIEN, BRAZIL, FILMS, HEAT
from search.faulty import CountingEngine
from search.steps import catch_up, change, lose_index
from servers.redis import RedisServer

HORROR = SearchQuery("alien", filters=Filters(genres=("horror",), year_to=1990))


class Process:
    """What one process has: an index of its own that counts searches, its memory, and the shared cache."""

    def __init__(self, services: Services, url: str) -> None:
        self.engine = CountingEngine(services)
        shared = RedisCache(url, "cinedex:1:", 600)
        self.search = SearchService(self.engine, MemoryCache(1_000_000), services.movies, shared)


@pytest.fixture
async def make_process(
    make_services: Callable[[], Services], redis: RedisServer
) -> AsyncIterator[Callable[[], Process]]:
    made: list[Process] = []

    def make() -> Process:
        made.append(Process(make_services(), redis.url))
        return made[-1]

    yield make
    for process in made:
        await process.search.close()


async def test_what_one_process_has_found_another_answers(
    services: Services, make_process: Callable[[], Process], redis: RedisServer
) -> None:
    await services.movies.load(FILMS)
    await catch_up(services)
    first, second = make_process(), make_process()
    for query in (SearchQuery("dune"), SearchQuery("dune", 1), HORROR):
        assert await first.search.search(query) == await second.search.search(query)
    assert await first.search.list(Listing("heat")) == await second.search.list(Listing("heat"))
    assert await first.search.suggest("ali", 8) == await second.search.suggest("ali", 8)
    for process in (first, second):
        with pytest.raises(NothingFound):
            await process.search.search(SearchQuery("zzzzzz"))
    assert first.engine.searches > 0
    assert second.engine.searches == 0
    assert all(0 < redis.ask("TTL", name) <= 600 for name in redis.ask("KEYS", "*"))


async def test_nothing_old_is_answered_after_a_change_was_applied(
    services: Services, make_process: Callable[[], Process]
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    first, second = make_process(), make_process()
    assert (await first.search.search(SearchQuery("heat"))).decoded()[0].name == "Heat"
    await change(services.database, 1, BRAZIL)
    await catch_up(services)
    for process in (first, second):
        with pytest.raises(NothingFound):
            await process.search.search(SearchQuery("heat"))


async def test_an_index_built_where_none_is_left_is_told_from_the_one_before(
    services: Services, make_process: Callable[[], Process], make_services: Callable[[], Services]
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    first = make_process()
    assert (await first.search.search(SearchQuery("heat"))).decoded()[0].name == "Heat"
    await lose_index(services)
    async with services.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE movies SET name = 'Ronin', identity_key = 'ronin'")
    await catch_up(make_services())
    second = make_process()
    with pytest.raises(NothingFound):
        await second.search.search(SearchQuery("heat"))


async def test_a_stampede_reaches_the_index_once_in_each_process(
    services: Services, make_process: Callable[[], Process]
) -> None:
    await services.movies.load([ALIEN])
    await catch_up(services)
    processes = [make_process() for _ in range(3)]
    asked = [process.search.search(HORROR) for process in processes for _ in range(100)]
    answers = await asyncio.gather(*asked)
    assert len({answer.body for answer in answers}) == 1
    assert all(process.engine.searches <= 1 for process in processes)
    assert sum(process.engine.searches for process in processes) > 0
    late = make_process()
    await asyncio.gather(*(late.search.search(HORROR) for _ in range(100)))
    assert late.engine.searches == 0


async def test_a_stampede_on_an_index_that_fails_is_answered_by_the_titles_and_not_kept(
    services: Services, make_process: Callable[[], Process], redis: RedisServer
) -> None:
    await services.movies.load([ALIEN])
    await catch_up(services)
    process = make_process()
    process.engine.fails_to = "search"
    answers = await asyncio.gather(*(process.search.search(SearchQuery("ali")) for _ in range(50)))
    assert all(answer.is_degraded for answer in answers)
    assert process.engine.searches == 1
    assert redis.ask("DBSIZE") == 0

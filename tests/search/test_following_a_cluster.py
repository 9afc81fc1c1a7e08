"""The service with its index in a search cluster: it is built, followed, searched and verified there."""

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from msgspec.structs import replace
from structlog.testing import capture_logs

from cinedex.movies.sample import load_sample
from cinedex.search import follower, indexer
from cinedex.search.address import SearchAddress
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.engines.tantivy.word_list import TantivyWordList
from cinedex.search.engines.tantivy.words import Words
from cinedex.search.finding.no_words import NoWords
from cinedex.search.follower import Follower
from cinedex.search.models import SearchQuery
from cinedex.search.standing import Tiers
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from films import ALIEN, BRAZIL, FARGO, HEAT, JAWS
from search.steps import catch_up, change, eventually, opened_app
from tiers import CLUSTERS, EMBEDDED

SEARCH = "/api/v1/search_movie"
# No program asks for a port as low as this, and nothing listens there.
NOBODY = SearchAddress.parse("opensearch://ann:hunter2@127.0.0.1:9")

MakeServices = Callable[[], Services]

pytestmark = pytest.mark.tiers(*CLUSTERS, reason="the index is in a cluster")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "_PAUSE_SECONDS", 0.01)


@asynccontextmanager
async def following(services: Services) -> AsyncIterator[Follower]:
    """Run a follower that builds in this process; in the end it stops by itself."""
    running = services.follower(services.rebuilder.rebuild)
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        running.stop()
        async with asyncio.timeout(60):
            await task


async def holds(services: Services, wanted: set[int]) -> bool:
    return set(await services.index.digests()) == wanted


async def test_it_makes_the_first_index_and_follows_every_change(make_services: MakeServices) -> None:
    services = make_services()
    await services.movies.load([HEAT])
    async with following(services):
        await eventually(partial(holds, services, {1}))
        await services.movies.load([JAWS, FARGO])
        await eventually(partial(holds, services, {1, 2, 3}))
        await change(services.database, 1, BRAZIL)
        await services.movies.delete(2)
        await eventually(partial(holds, services, {1, 3}))
    assert (await services.verifier.verify()).is_none


async def test_it_starts_where_it_stopped_and_goes_over_to_a_new_generation(
    make_services: MakeServices,
) -> None:
    services, other = make_services(), make_services()
    await services.movies.load([HEAT])
    await catch_up(services)
    async with following(services):
        await services.movies.load([JAWS])
        await eventually(partial(holds, services, {1, 2}))
        generation = await other.rebuilder.rebuild()
        assert await services.index.live_generation() == generation
        await services.movies.load([FARGO])
        await eventually(partial(holds, services, {1, 2, 3}))
    status = await other.index.status()
    assert status is not None
    assert (status.mark.generation, status.mark.position, status.movies) == (generation, 3, 3)


async def test_all_films_of_the_sample_in_batches(
    make_services: MakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services()
    await load_sample(services.movies)
    await services.rebuilder.rebuild()
    assert (await services.verifier.verify()).is_none
    monkeypatch.setattr(indexer, "BATCH", 7)
    for movie in await services.movies.documents(range(1, 100, 3)):
        await change(services.database, movie.id, replace(ALIEN, name=f"{movie.name} again"))
    await services.movies.delete(2)
    await catch_up(services)
    assert (await services.verifier.verify()).is_none


async def test_the_leader_that_comes_back_late_undoes_nothing(make_services: MakeServices) -> None:
    services, other = make_services(), make_services()
    await services.movies.load([HEAT, JAWS])
    await catch_up(services)
    uid = await services.movies.catalogue_uid()
    late = await services.index.open_live(uid)
    assert late is not None
    await change(services.database, 1, BRAZIL)
    await services.movies.delete(2)
    await catch_up(other)
    await indexer.Indexer(services.database, services.movies).catch_up(late)
    await late.close()
    assert (await services.verifier.verify()).is_none


async def test_a_database_put_back_from_a_backup_has_its_index_built_anew(
    make_services: MakeServices,
) -> None:
    services = make_services()
    await services.movies.load([HEAT])
    build = await services.index.create(await services.movies.catalogue_uid(), Tiers())
    await build.commit(1_000)
    await services.index.publish(build.mark.generation)
    async with following(services):
        await eventually(partial(holds, services, {1}))
    assert (await services.verifier.verify()).is_none


async def test_searches_are_answered_by_titles_only_until_there_is_an_index(
    make_services: MakeServices,
) -> None:
    services = make_services()
    await services.movies.load([HEAT])
    assert services.cold_engine is not None
    async with opened_app(services) as client:
        assert await index_state(client) == "unavailable"
        answer = await client.get(SEARCH, params={"name": "hea"})
        assert answer.json()["degraded"] is True
        await catch_up(services)
        assert await index_state(client) == "ok"
        answer = await client.get(SEARCH, params={"name": "michal mann"})
        assert answer.status_code == 200
        assert "degraded" not in answer.json()
        assert [film["name"] for film in answer.json()["movies"]] == ["Heat"]


async def test_the_words_of_a_node_follow_by_themselves(make_services: MakeServices) -> None:
    services = make_services()
    await services.movies.load([HEAT])
    assert services.words is not None
    assert services.word_rebuilder is not None
    keeper = services.word_follower(services.word_rebuilder.rebuild)
    assert keeper is not None
    keeping = asyncio.create_task(keeper.run())
    words = TantivyWordList(services.settings.words_dir)
    await eventually(partial(knows, words, "heat"))
    assert isinstance(words.at(2), Words)
    await services.movies.load([JAWS])
    await eventually(partial(knows, words, "jaws"))
    [found] = (await TantivyEngine(services.settings.words_dir).search(SearchQuery("heat"))).hits
    assert found.answer == b""
    keeper.stop()
    async with asyncio.timeout(60):
        await keeping


async def knows(words: TantivyWordList, word: str) -> bool:
    known = words.at(1)
    return not isinstance(known, NoWords) and known.count("words", word) == 1


@pytest.mark.tiers(EMBEDDED, reason="there is no cluster")
async def test_a_cluster_that_is_away_stops_no_write_and_no_follower(data_dir: Path) -> None:
    services = build_services(Settings(data_dir=data_dir, secret="k" * 40, search_url=NOBODY))
    with capture_logs() as logs:
        async with opened_app(services) as client, following(services):
            await services.movies.load([HEAT])
            answer = await client.get(SEARCH, params={"name": "heat"})
            assert (answer.status_code, answer.json()["degraded"]) == (200, True)
            assert await index_state(client) == "unavailable"
            await eventually(partial(has_failed, logs))
    assert "hunter2" not in str(logs)
    assert "Traceback" not in str(logs)
    await services.close()


async def index_state(client: AsyncClient) -> object:
    return (await client.get("/health/ready")).json()["parts"]["index"]["state"]


async def has_failed(logs: list[MutableMapping[str, Any]]) -> bool:
    return any(log["event"] == "follower failed, will try again" and not log["exc_info"] for log in logs)

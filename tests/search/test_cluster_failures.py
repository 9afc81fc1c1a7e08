"""A search cluster that is slow, or that takes no writes since its disks are full, while people search and add."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from cinedex.search import follower
from cinedex.search.address import Host, Product, SearchAddress
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from contracts.cluster_place import nodes_under_test
from films import FARGO, FILMS, HEAT, JAWS
from search.followers import following
from search.steps import catch_up, eventually, opened_app
from servers.search_home import RELEASES
from servers.search_node import search_node
from servers.slow_way import SlowWay, slow_way
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="it makes a cluster itself, at the end of a way")
SEARCH = "/api/v1/search_movie"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "_PAUSE_SECONDS", 0.01)


@pytest.fixture(params=nodes_under_test())
async def way(request: pytest.FixtureRequest, run_folder: Path) -> AsyncIterator[SlowWay]:
    async with slow_way(search_node(request.param, run_folder).port) as opened:
        yield opened


@pytest.fixture
async def services(
    request: pytest.FixtureRequest, way: SlowWay, data_dir: Path, run_folder: Path
) -> AsyncIterator[Services]:
    """The service with its index in a cluster, at the end of a way that can be made slow."""
    release = request.node.callspec.params["way"]
    product, name = Product(RELEASES[release].product), f"t{uuid4().hex[:12]}"
    settings = Settings(
        data_dir=data_dir,
        secret="k" * 40,
        cache_megabytes=0,
        search_url=SearchAddress(product, (Host("127.0.0.1", way.port),), name=name),
    )
    built = build_services(settings)
    yield built
    await built.close()
    straight = Host("127.0.0.1", search_node(release, run_folder).port)
    cluster = Cluster(SearchAddress(product, (straight,), name=name))
    for generation in await cluster.load("GET", f"/{name}-v*/_alias"):
        await cluster.load("DELETE", f"/{generation}")
    await cluster.close()


async def holds(services: Services, wanted: set[int]) -> bool:
    return set(await services.index.digests()) == wanted


async def test_a_slow_cluster_is_answered_for_in_time_and_asked_again(
    services: Services, way: SlowWay
) -> None:
    await services.movies.load([HEAT, JAWS])
    await catch_up(services)
    async with opened_app(services) as client:
        search = partial(client.get, SEARCH, params={"name": "jaw"})
        assert "degraded" not in (await search()).json()
        way.delay_seconds = 60
        async with asyncio.timeout(30):
            for _ in range(3):
                answer = await search()
                assert (answer.status_code, answer.json()["degraded"]) == (200, True)
                assert [film["name"] for film in answer.json()["movies"]] == ["Jaws"]
            unknown = await client.get(SEARCH, params={"name": "jasw"})
            assert (unknown.status_code, unknown.json()["code"]) == (503, "search_unavailable")
            await services.movies.load([FARGO])
        way.delay_seconds = 0
        way.cut()

        async def is_whole() -> bool:
            return "degraded" not in (await search()).json()

        await eventually(is_whole)
        async with following(services):
            await eventually(partial(holds, services, {1, 2, 3}))
    assert (await services.verifier.verify()).is_none


async def test_a_cluster_whose_disks_are_full_is_searched_and_catches_up_when_there_is_room(
    services: Services,
) -> None:
    await services.movies.load([HEAT])
    assert services.settings.search_url is not None
    cluster = Cluster(services.settings.search_url)
    async with opened_app(services) as client, following(services):
        await eventually(partial(holds, services, {1}))
        generation = await services.index.live_generation()
        # What a cluster does by itself when a disk is fuller than its flood stage.
        block = "index.blocks.read_only_allow_delete"
        await cluster.load("PUT", f"/{generation}/_settings", {block: True})
        for at, film in enumerate(FILMS[:10]):
            await services.movies.load([film])
            answer = await client.get(SEARCH, params={"name": "heat"})
            assert (answer.status_code, [one["name"] for one in answer.json()["movies"]]) == (200, ["Heat"])
            assert "degraded" not in answer.json(), at
        ready = (await client.get("/health/ready")).json()
        assert ready["parts"]["index"]["state"] == "ok"
        await cluster.load("PUT", f"/{generation}/_settings", {block: None})
        count = await services.movies.count()
        await eventually(partial(holds, services, set(range(1, count + 1))))
        assert await services.index.live_generation() == generation
    await cluster.close()
    assert (await services.verifier.verify()).is_none

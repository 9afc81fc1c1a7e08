"""The first searches are made before anybody is told to come, and nothing that goes wrong with them is in the way."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from httpx import AsyncClient
from msgspec.structs import replace
from structlog.testing import capture_logs

from cinedex import app
from cinedex.movies.sample import load_sample
from cinedex.search import warming
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.models import Found, Listing, Page, SearchQuery, Suggestion
from cinedex.search.port import IndexUnavailable
from cinedex.search.warming import warm_up
from cinedex.services import Services
from films import HEAT
from search.steps import catch_up, eventually, opened_app
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="an index that waits stands for a cold cluster")
READY = "/health/ready"


class Gated(TantivyEngine):
    """A real index whose searches wait, or fail, as a cluster's may that has just started; it counts them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.gate = asyncio.Event()
        self.fails = False
        self.calls: Counter[str] = Counter()
        self.texts: set[str] = set()

    async def search(self, query: SearchQuery) -> Found:
        await self._pass("search", query.text)
        return await super().search(query)

    async def list(self, listing: Listing) -> Page:
        if listing.text is not None:
            await self._pass("list", listing.text)
        return await super().list(listing)

    async def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        await self._pass("suggest", text)
        return await super().suggest(text, limit)

    async def _pass(self, call: str, text: str) -> None:
        self.calls[call] += 1
        self.texts.add(text)
        await self.gate.wait()
        if self.fails:
            raise IndexUnavailable("told to fail")


@pytest.fixture(autouse=True)
def _warmed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "warm_up", warm_up)


@pytest.fixture
def engine(services: Services) -> Gated:
    return Gated(services.settings.index_dir)


async def state(client: AsyncClient) -> tuple[int, str]:
    answer = await client.get(READY)
    return answer.status_code, answer.json()["status"]


async def has_state(client: AsyncClient, wanted: tuple[int, str]) -> bool:
    return await state(client) == wanted


async def test_it_looks_up_famous_films_in_every_way(services: Services, engine: Gated) -> None:
    await load_sample(services.movies)
    await catch_up(services)
    engine.gate.set()
    with capture_logs() as logs:
        answered = await warm_up(engine)
    assert answered == sum(engine.calls.values()) > 100
    assert all(engine.calls[call] >= 20 for call in ("search", "list", "suggest"))
    assert {"Pulp Fiction", "Quentin Tarantino", "Pulp Fi", "Pulp Fction"} <= engine.texts
    assert [log["event"] for log in logs] == ["warmed up"]


async def test_a_process_is_not_ready_before_and_answers_all_the_same(
    services: Services, engine: Gated
) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    async with opened_app(replace(services, cold_engine=engine)) as client:
        answer = await client.get(READY)
        assert (answer.status_code, answer.json()["status"]) == (503, "starting")
        assert answer.json()["parts"]["index"]["state"] == "ok"
        assert answer.headers["retry-after"]
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/api/v1/search_movie?name=heat")).status_code == 200
        engine.gate.set()
        await eventually(partial(has_state, client, (200, "ready")))


async def test_it_ends_in_time_whatever_the_cluster_does(
    services: Services, engine: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "WARM_UP_SECONDS", 0.05)
    await services.movies.load([HEAT])
    await catch_up(services)
    assert await asyncio.wait_for(warm_up(engine), 20) == 0
    assert warming.WARM_UP_SECONDS < 10


async def test_searches_that_fail_end_it_soon(services: Services, engine: Gated) -> None:
    await load_sample(services.movies)
    await catch_up(services)
    engine.gate.set()
    engine.fails = True
    assert await warm_up(engine) == 0
    assert sum(engine.calls.values()) <= 12


async def test_without_an_index_nobody_waits_for_it(services: Services, engine: Gated) -> None:
    assert await warm_up(engine) == 0
    async with opened_app(replace(services, cold_engine=engine)) as client:
        await eventually(partial(has_state, client, (200, "degraded")))


async def test_a_process_may_end_in_the_middle(services: Services, engine: Gated) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    async with asyncio.timeout(20), opened_app(replace(services, cold_engine=engine)) as client:
        assert await state(client) == (503, "starting")


async def test_the_embedded_index_needs_none(services: Services) -> None:
    assert services.cold_engine is None

"""Who may read, and how often: at the door of the bare calls, in the framework's, and on the page."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, cast

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from cinedex.app import build_app, build_gate
from cinedex.foundation.draining import Draining
from cinedex.services import build_services
from cinedex.settings import Settings
from cinedex.web.front import Front
from search.steps import catch_up
from servers.redis import RedisServer
from tiers import EMBEDDED
from web.films import FILMS

READS = [
    ("GET", "/api/v1/search_movie?name=samurai"),
    ("HEAD", "/api/v1/search_movie?name=samurai"),
    ("POST", "/api/v1/search_movie"),
    ("GET", "/api/v1/movies"),
    ("GET", "/api/v1/suggest?q=sam"),
    ("GET", "/api/v1/movies/1"),
    ("GET", "/api/v1/genres"),
    ("GET", "/?q=samurai"),
]
SEARCH = READS[0][1]
GIVEN = {"username": "tom", "password": "staple of batteries"}
HOME, ELSEWHERE = {"x-forwarded-for": "192.0.2.1"}, {"x-forwarded-for": "198.51.100.7"}

Worker = Callable[..., AbstractAsyncContextManager[AsyncClient]]


@pytest.fixture
def worker(installation: Settings) -> Worker:
    """Serves as one worker does, over the one installation, with these settings."""

    @asynccontextmanager
    async def serve(**given: Any) -> AsyncIterator[AsyncClient]:
        settings = msgspec.structs.replace(installation, trusted_proxies="127.0.0.1", **given)
        services = build_services(settings)
        await services.movies.load(FILMS)
        await catch_up(services)
        app = build_app(services)
        gate = build_gate(Front(app, Draining(settings.draining_path)), settings)
        transport = ASGITransport(cast("Any", gate), raise_app_exceptions=False)
        async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
            yield opened

    return serve


async def log_in(client: AsyncClient) -> dict[str, str]:
    await client.post("/api/v1/register", json=GIVEN)
    answer = (await client.post("/api/v1/login", json=GIVEN)).json()
    return {"authorization": f"Bearer {answer['token']}"}


async def ask(client: AsyncClient, method: str, path: str, headers: dict[str, str]) -> int:
    body = {"name": "samurai"} if method == "POST" else None
    return (await client.request(method, path, json=body, headers=headers)).status_code


async def test_everybody_reads_unless_told_otherwise(worker: Worker) -> None:
    async with worker() as client:
        for method, path in READS:
            assert await ask(client, method, path, {"authorization": "Bearer nonsense"}) == 200, path


async def test_without_public_search_one_must_log_in(worker: Worker) -> None:
    async with worker(public_search=False) as client:
        token = await log_in(client)
        for method, path in READS:
            for refused in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic dG9tOng="}):
                assert await ask(client, method, path, refused) == 401, path
            assert await ask(client, method, path, token) == 200, path
        assert (await client.get("/")).status_code == 200
        assert (await client.get("/health/live")).status_code == 200
        assert "samurai" not in (await client.get("/?q=samurai")).text.replace('value="samurai"', "").replace(
            "<title>samurai", ""
        )
        await client.post("/api/v1/logout", headers=token)
        for method, path in READS:
            assert await ask(client, method, path, token) == 401, (
                "a session that has ended is refused at once"
            )


async def test_each_address_reads_so_often(worker: Worker) -> None:
    async with worker(searches_per_minute=10) as client:
        for number in range(10):
            method, path = READS[number % len(READS)]
            assert await ask(client, method, path, HOME) == 200
        for method, path in READS:
            assert await ask(client, method, path, HOME) == 429
            assert await ask(client, method, path, {"x-forwarded-for": "203.0.113.5, 192.0.2.1"}) == 429
        refused = await client.get(SEARCH, headers=HOME)
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["code"] == "too_many_requests"
        assert refused.json()["request_id"]
        assert await ask(client, "GET", SEARCH, ELSEWHERE) == 200
        assert (await client.get("/health/live", headers=HOME)).status_code == 200


async def test_workers_count_together_in_redis(worker: Worker, redis: RedisServer) -> None:
    given = {"searches_per_minute": 40, "cache_url": redis.url}
    async with worker(**given) as first, worker(**given) as second:
        answers = await asyncio.gather(
            *((first, second)[number % 2].get(SEARCH, headers=HOME) for number in range(100))
        )
    codes = [answer.status_code for answer in answers]
    assert (codes.count(200), codes.count(429)) == (40, 60)


@pytest.mark.tiers(EMBEDDED, reason="it has no Redis to count in")
@pytest.mark.usefixtures("patient_cache")
async def test_workers_count_together_without_redis(worker: Worker) -> None:
    async with worker(searches_per_minute=40) as first, worker(searches_per_minute=40) as second:
        answers = await asyncio.gather(
            *((first, second)[number % 2].get(SEARCH, headers=HOME) for number in range(100))
        )
    codes = [answer.status_code for answer in answers]
    assert (codes.count(200), codes.count(429)) == (40, 60)


@pytest.mark.usefixtures("patient_cache")
async def test_without_its_redis_all_are_let_through(worker: Worker) -> None:
    async with worker(searches_per_minute=10, cache_url="redis://127.0.0.1:1/0") as client:
        for _ in range(30):
            assert await ask(client, "GET", SEARCH, HOME) == 200


async def test_a_key_is_counted_by_itself(worker: Worker) -> None:
    async with worker(searches_per_minute=10) as client:
        token = await log_in(client)
        wanted = {"name": "ci", "scopes": ["read"], "password": GIVEN["password"]}
        made = await client.post("/api/v1/keys", headers=token, json=wanted)
        key = {"x-api-key": made.json()["key"]}
        for _ in range(10):
            assert await ask(client, "GET", SEARCH, HOME) == 200
        assert await ask(client, "GET", SEARCH, HOME) == 429
        assert await ask(client, "GET", SEARCH, HOME | {"x-api-key": "cdx_nonsense"}) == 429
        for number in range(10):
            assert await ask(client, "GET", SEARCH, key | {"x-forwarded-for": f"203.0.113.{number}"}) == 200
        assert await ask(client, "GET", SEARCH, key | ELSEWHERE) == 429

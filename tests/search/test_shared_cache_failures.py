"""A Redis that is gone, paused, full, restarted or refuses: searches are answered all the same."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient
from structlog.testing import capture_logs

from cinedex.foundation.cache import redis_cache
from cinedex.services import build_services
from cinedex.settings import Settings
from cinedex.web import health as health_page
from films import FILMS
from search.steps import catch_up, eventually, opened_app
from servers.redis import RedisServer, redis_server
from tiers import EMBEDDED

SEARCH = "/api/v1/search_movie"
PASSWORD = "correct-horse-battery"
OpenClient = Callable[..., AbstractAsyncContextManager[AsyncClient]]
NAMES = [film.name for film in FILMS]


@pytest.fixture
def server(tmp_path: Path, patient_cache: None) -> Iterator[RedisServer]:  # noqa: ARG001 -- it must be patient
    """A Redis to be ill-treated."""
    with redis_server(tmp_path) as started:
        yield started


@pytest.fixture
async def client_of(installation: Settings, server: RedisServer) -> OpenClient:
    """Opens a client of the service over the films and the Redis, which remembers nothing by itself."""
    services = build_services(installation)
    await services.movies.load(FILMS)
    await catch_up(services)
    await services.close()

    def open_client(url: str = "") -> AbstractAsyncContextManager[AsyncClient]:
        url = url or server.url
        settings = msgspec.structs.replace(installation, cache_url=url, cache_megabytes=0)
        return opened_app(build_services(settings))

    return open_client


async def search_all(client: AsyncClient) -> None:
    """Search for each film, all at the same time, and see that it is answered as if nothing were wrong."""
    answers = await asyncio.gather(*(client.get(SEARCH, params={"name": name}) for name in NAMES))
    for name, answer in zip(NAMES, answers, strict=True):
        assert answer.status_code == 200
        assert answer.json()["movies"][0]["name"] == name
        assert answer.json().keys() == {"message", "movies"}


@contextmanager
def one_outage(part: str = "shared cache") -> Iterator[list[Any]]:
    """See that one outage is logged, however many searches there are in it, without the server's words."""
    with capture_logs() as logs:
        yield logs
    told = [line for line in logs if line.get("part") == part]
    assert [line["event"] for line in told] == ["out of service", "back in service"]
    assert told[0].keys() == {"event", "part", "cause", "log_level"}
    assert PASSWORD not in str(logs)


async def is_used(client: AsyncClient, server: RedisServer) -> bool:
    """Search for all films again, and say whether they are kept in the Redis now."""
    await search_all(client)
    return bool(server.ask("DBSIZE") >= len(set(NAMES)))


async def test_it_was_stopped_and_comes_back(client_of: OpenClient, server: RedisServer) -> None:
    async with client_of() as client:
        await search_all(client)
        with one_outage():
            server.stop()
            for _ in range(3):
                await search_all(client)
            server.start()
            await eventually(lambda: is_used(client, server))


async def test_it_is_not_there_when_the_service_starts(client_of: OpenClient, server: RedisServer) -> None:
    server.stop()
    async with client_of() as client:
        with one_outage():
            await search_all(client)
            await search_all(client)
            server.start()
            await eventually(lambda: is_used(client, server))


@pytest.mark.tiers(EMBEDDED, reason="how long a cache is waited for is the test's own")
async def test_it_is_paused(
    client_of: OpenClient, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_cache, "READ_SECONDS", 0.1)
    async with client_of() as client:
        server.pause()
        with one_outage():
            for _ in range(3):
                await search_all(client)
            server.resume()
            monkeypatch.setattr(redis_cache, "READ_SECONDS", 20)
            await eventually(lambda: is_used(client, server))
        # Whatever was asked before the pause is not answered to somebody else.
        await search_all(client)


async def test_a_paused_one_holds_a_search_up_for_a_moment_and_then_none(
    client_of: OpenClient, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_cache, "READ_SECONDS", 0.3)
    monkeypatch.setattr(redis_cache, "RESTS_SECONDS", (3600, 3600))
    async with client_of() as client:
        server.pause()
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(15):
            await client.get(SEARCH, params={"name": "heat"})
        started = loop.time()
        for _ in range(50):
            await client.get(SEARCH, params={"name": "heat"})
        # Had each of them waited, it would be fifteen seconds.
        assert loop.time() - started < 10


async def test_it_is_paused_while_something_is_kept(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_cache, "WRITE_SECONDS", 0.1)
    cache = redis_cache.RedisCache(server.url, "test:", 600)
    assert await cache.get("heat") is None
    server.pause()
    with capture_logs() as logs:
        async with asyncio.timeout(15):
            await cache.put("heat", b"1995")
            assert await cache.get("heat") is None
    assert [line["part"] for line in logs] == ["shared cache"]
    server.resume()
    await cache.close()


async def test_it_is_restarted_without_anybody_noticing(client_of: OpenClient, server: RedisServer) -> None:
    async with client_of() as client:
        await search_all(client)
        server.stop()
        server.start()
        with capture_logs() as logs:
            await search_all(client)
            assert await is_used(client, server)
        assert not [line for line in logs if "part" in line]


async def test_it_is_full(client_of: OpenClient, server: RedisServer) -> None:
    async with client_of() as client:
        await client.get(SEARCH, params={"name": "Heat"})
        server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
        with one_outage("writing to the shared cache"):
            server.ask("CONFIG", "SET", "maxmemory", "1")
            for _ in range(3):
                await search_all(client)
            # What it has, it goes on answering.
            assert int(server.ask("INFO", "stats")["keyspace_hits"]) >= 3
            assert server.ask("DBSIZE") == 1
            server.ask("CONFIG", "SET", "maxmemory", "0")
            await eventually(lambda: is_used(client, server))


async def test_it_asks_for_a_password(client_of: OpenClient, server: RedisServer) -> None:
    server.ask("CONFIG", "SET", "requirepass", PASSWORD)
    server.password = PASSWORD
    with_password = server.url.replace("//", f"//:{PASSWORD}@")
    async with client_of(with_password) as client:
        assert await is_used(client, server)
    server.ask("FLUSHALL")
    async with client_of() as client:
        with one_outage():
            await search_all(client)
            await search_all(client)
            server.ask("CONFIG", "SET", "requirepass", "")
            server.password = None
            await eventually(lambda: is_used(client, server))


async def test_the_password_is_wrong(client_of: OpenClient, server: RedisServer) -> None:
    server.ask("CONFIG", "SET", "requirepass", "another")
    server.password = "another"
    async with client_of(server.url.replace("//", f"//default:{PASSWORD}@")) as client:
        with one_outage():
            await search_all(client)
            await search_all(client)
            server.ask("CONFIG", "SET", "requirepass", PASSWORD)
            server.password = PASSWORD
            await eventually(lambda: is_used(client, server))


async def test_something_else_answers_in_its_place(client_of: OpenClient) -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(chatter, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        with capture_logs() as logs:
            async with client_of(f"redis://:{PASSWORD}@127.0.0.1:{port}") as client:
                await search_all(client)
                await search_all(client)
    assert [line["event"] for line in logs if "part" in line][:1] == ["out of service"]
    assert PASSWORD not in str(logs)


def test_it_is_waited_for_no_longer_than_a_search_can_bear() -> None:
    assert redis_cache.READ_SECONDS + redis_cache.WRITE_SECONDS <= 0.05


async def test_processes_without_one_do_not_load_its_client() -> None:
    code = "import sys, cinedex.cli.worker; sys.exit('redis' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == 0


async def health(client: AsyncClient) -> tuple[int, str, dict[str, str]]:
    answer = await client.get("/health/ready")
    parts = {name: part["state"] for name, part in answer.json()["parts"].items()}
    return answer.status_code, answer.json()["status"], parts


async def test_health_names_it_while_it_is_away_or_takes_nothing_and_stays_ready(
    client_of: OpenClient, server: RedisServer
) -> None:
    well = {"database": "ok", "index": "ok", "cache": "ok"}
    async with client_of() as client:
        assert await health(client) == (200, "ready", well)
        server.stop()
        assert await health(client) == (200, "degraded", well | {"cache": "unavailable"})
        server.start()
        assert await health(client) == (200, "ready", well)
        server.ask("CONFIG", "SET", "maxmemory", 1)
        assert await health(client) == (200, "degraded", well | {"cache": "unavailable"})
        server.ask("CONFIG", "SET", "maxmemory", 0)
        assert await health(client) == (200, "ready", well)


async def test_health_does_not_wait_for_one_that_is_paused(
    client_of: OpenClient, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_page, "PATIENCE_SECONDS", 0.2)
    async with client_of() as client:
        server.pause()
        assert (await health(client))[:2] == (200, "degraded")
        server.resume()
        monkeypatch.setattr(health_page, "PATIENCE_SECONDS", 20)
        assert (await health(client))[:2] == (200, "ready")

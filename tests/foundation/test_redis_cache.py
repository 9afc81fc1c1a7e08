"""The cache in Redis: what stands there, and what is not believed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from cinedex.foundation.cache.redis_cache import RedisCache
from servers.redis import RedisServer
from servers.tls import certificate, tunnel

SECONDS = 600


@pytest.fixture
async def cache(redis: RedisServer) -> AsyncIterator[RedisCache]:
    made = RedisCache(redis.url, "test:1:", SECONDS)
    yield made
    await made.close()


def only_name(redis: RedisServer) -> bytes:
    [name] = redis.ask("KEYS", "*")
    assert isinstance(name, bytes)
    return name


async def test_it_is_shared_and_parted_by_the_prefix(cache: RedisCache, redis: RedisServer) -> None:
    await cache.put("heat", b"1995")
    other, newer = (RedisCache(redis.url, prefix, SECONDS) for prefix in ("test:1:", "test:2:"))
    assert await other.get("heat") == b"1995"
    assert await newer.get("heat") is None
    await newer.put("heat", b"1995, remade")
    assert await cache.get("heat") == b"1995"
    await other.close()
    await newer.close()


async def test_values_go_by_themselves(cache: RedisCache, redis: RedisServer) -> None:
    await cache.put("heat", b"1995")
    assert SECONDS - 60 < redis.ask("TTL", only_name(redis)) <= SECONDS


async def test_names_are_short_and_tell_no_query(cache: RedisCache, redis: RedisServer) -> None:
    await cache.put("the silence of the lambs" * 100, b"1991")
    name = only_name(redis)
    assert name.startswith(b"test:1:")
    assert b"lambs" not in name
    assert len(name) < 60


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "another kind", "another's"])
async def test_what_is_damaged_is_not_there_and_is_replaced(
    cache: RedisCache, redis: RedisServer, damage: str
) -> None:
    await cache.put("heat", b"1995")
    name = only_name(redis)
    whole = redis.ask("GET", name)
    if damage == "another kind":
        redis.ask("DEL", name)
        redis.ask("RPUSH", name, b"1995")
    elif damage == "another's":
        await cache.put("jaws", b"1975")
        [other] = {*redis.ask("KEYS", "*")} - {name}
        redis.ask("COPY", other, name, "REPLACE")
    else:
        redis.ask("SET", name, {"cut": whole[:-1], "changed": whole[:-1] + b"6", "emptied": b""}[damage])
    assert await cache.get("heat") is None
    await cache.put("heat", b"1995")
    assert await cache.get("heat") == b"1995"


async def test_over_tls(redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, key = certificate(tmp_path, "redis")
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    async with tunnel(made, key, redis.port) as port:
        contexts = Mock(wraps=ssl.create_default_context)
        monkeypatch.setattr(ssl, "create_default_context", contexts)
        cache = RedisCache(f"rediss://127.0.0.1:{port}", "test:", SECONDS)
        await asyncio.gather(*(cache.put(str(number), b"kept") for number in range(20)))
        assert await asyncio.gather(*(cache.get(str(number)) for number in range(20))) == [b"kept"] * 20
        await cache.close()
        # Each takes as long as many searches.
        assert contexts.call_count == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused(redis: RedisServer, tmp_path: Path) -> None:
    async with tunnel(*certificate(tmp_path, "redis"), redis.port) as port:
        cache = RedisCache(f"rediss://127.0.0.1:{port}", "test:", SECONDS)
        with capture_logs() as logs:
            await cache.put("heat", b"1995")
        await cache.close()
    assert [line["event"] for line in logs] == ["out of service"]
    assert redis.ask("DBSIZE") == 0

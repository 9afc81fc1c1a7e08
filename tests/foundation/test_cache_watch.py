"""Whether the shared cache answers is told again and again."""

import asyncio

import pytest

from cinedex.foundation.cache import watch
from cinedex.foundation.cache.redis_cache import RedisCache
from cinedex.foundation.metrics import GAUGES
from servers.redis import RedisServer


def _leave_it() -> None:
    """Do nothing to it."""


async def test_it_is_told_when_it_goes_and_when_it_is_back(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(watch, "PATIENCE_SECONDS", 0.3)
    told: list[float] = []
    changed = asyncio.Event()

    def tell(name: str, value: float) -> None:
        assert name in GAUGES
        if told[-1:] != [value]:
            told.append(value)
            changed.set()

    cache = RedisCache(redis.url, "test:", 600)
    watching = asyncio.create_task(watch.watch_cache(cache, tell))
    for step in (_leave_it, redis.pause, redis.resume):
        step()
        await asyncio.wait_for(changed.wait(), 20)
        changed.clear()
    watching.cancel()
    await asyncio.wait([watching])
    await cache.close()
    assert [bool(value) for value in told[:3]] == [True, False, True]

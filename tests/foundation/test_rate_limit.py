"""So many requests a minute, and not one more, whatever processes they come to."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.foundation.cache.file_counters import FileCounters
from cinedex.foundation.cache.port import Count
from cinedex.foundation.cache.redis_counters import RedisCounters
from cinedex.foundation.errors import TooManyRequests
from cinedex.foundation.rate_limit import RateLimit
from servers.redis import RedisServer


class Now:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Away:
    """Counters whose server does not answer."""

    async def count(self, _key: str, _window_seconds: float, _amount: int = 1) -> Count | None:
        return None

    async def close(self) -> None:
        pass


async def let_through(limits: list[RateLimit], times: int, client: str = "ann") -> int:
    """Ask so many times, one process after the other, and return how often it was let through."""
    refusals: list[TooManyRequests] = []
    for number in range(times):
        try:
            await limits[number % len(limits)].take(client)
        except TooManyRequests as refusal:
            refusals.append(refusal)
    assert all(1 <= (refusal.retry_after_seconds or 0) <= 60 for refusal in refusals)
    return times - len(refusals)


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[Path]:
    return (tmp_path / f"{number}.db" for number in count())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(per_minute=st.integers(1, 300), processes=st.integers(1, 4), minutes=st.integers(1, 2))
async def test_none_is_let_through_beyond_the_limit(
    paths: Iterator[Path], per_minute: int, processes: int, minutes: int
) -> None:
    now, path = Now(), next(paths)
    limits = [RateLimit(FileCounters(path, now), per_minute, now) for _ in range(processes)]
    for _ in range(minutes):
        assert await let_through(limits, 2 * per_minute + 50) == per_minute
        now.seconds += 61
    for limit in limits:
        await limit.close()


async def test_each_client_has_its_own(tmp_path: Path) -> None:
    limit = RateLimit(FileCounters(tmp_path / "counts.db"), 10)
    assert await let_through([limit], 20, "ann") == 10
    assert await let_through([limit], 5, "tom") == 5


async def test_many_at_the_same_time_get_all_that_there_is(redis: RedisServer) -> None:
    limits = [RateLimit(RedisCounters(redis.url, "test:"), 100) for _ in range(2)]
    answers = await asyncio.gather(
        *(limits[number % 2].take("ann") for number in range(300)), return_exceptions=True
    )
    assert answers.count(None) == 100
    for limit in limits:
        await limit.close()


async def test_where_nobody_knows_all_are_let_through() -> None:
    assert await let_through([RateLimit(Away(), 10)], 50) == 50


async def test_few_requests_ask_the_counters(tmp_path: Path) -> None:
    asked: list[int] = []

    class Noting(FileCounters):
        async def count(self, key: str, window_seconds: float, amount: int = 1) -> Count | None:
            asked.append(amount)
            return await super().count(key, window_seconds, amount)

    assert await let_through([RateLimit(Noting(tmp_path / "counts.db"), 1000)], 5000) == 1000
    assert len(asked) <= 21

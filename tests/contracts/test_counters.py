"""Any adapter of the counters: none is lost, and each window has its end."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from cinedex.foundation.cache.file_counters import FileCounters
from cinedex.foundation.cache.port import Count, Counters
from cinedex.foundation.cache.redis_counters import RedisCounters
from servers.redis import RedisServer, redis_server

WINDOW = 3600


@pytest.fixture(params=["file", "redis"])
async def counters(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Counters]:
    made: Counters
    if request.param == "file":
        made = FileCounters(tmp_path / "run" / "counts.db")
    else:
        made = RedisCounters(request.getfixturevalue("redis").url, "test:")
    yield made
    await made.close()


async def number(counters: Counters, key: str, window_seconds: float = WINDOW) -> int:
    counted = await counters.count(key, window_seconds)
    assert counted is not None
    assert 0 <= counted.remaining_seconds <= window_seconds
    return counted.number


async def test_each_key_is_counted_by_itself(counters: Counters) -> None:
    assert [await number(counters, "ann") for _ in range(3)] == [1, 2, 3]
    assert await number(counters, "tom") == 1


async def test_several_are_counted_in_one_step(counters: Counters) -> None:
    counted = [await counters.count("ann", WINDOW, amount) for amount in (5, 1, 10)]
    assert [one.number for one in counted if one] == [5, 6, 16]


async def test_none_is_lost_when_many_count_at_the_same_time(counters: Counters) -> None:
    assert sorted(await asyncio.gather(*(number(counters, "ann") for _ in range(200)))) == [*range(1, 201)]


async def test_the_window_begins_with_the_first_and_has_an_end(counters: Counters) -> None:
    assert await number(counters, "ann") == 1
    later = await counters.count("ann", 10 * WINDOW)
    assert later is not None
    assert later.remaining_seconds <= WINDOW
    async with asyncio.timeout(20):
        assert await number(counters, "tom", 0.05) == 1
        # Each begins a window where the one before has ended.
        while await number(counters, "tom", 0.05) != 1:  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(0.01)


@pytest.fixture
def keys() -> Iterator[int]:
    return count()


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(key="\ud800")
@given(key=st.text())
async def test_any_key(counters: Counters, keys: Iterator[int], key: str) -> None:
    key = f"{next(keys)} {key}"
    assert [await number(counters, key) for _ in range(2)] == [1, 2]


async def test_processes_count_together(redis: RedisServer) -> None:
    first, second = (RedisCounters(redis.url, "test:") for _ in range(2))
    assert [await number(first, "ann"), await number(second, "ann")] == [1, 2]
    [name] = redis.ask("KEYS", "*")
    assert b"ann" not in name
    for damage in ("PERSIST", "LPUSH"):
        redis.ask(*(["PERSIST", name] if damage == "PERSIST" else ["SET", name, "no number"]))
        await number(second, "ann")
        assert 0 < redis.ask("PTTL", name) <= WINDOW * 1000
    await first.close()
    await second.close()


@pytest.mark.usefixtures("patient_cache")
async def test_without_a_server_nobody_knows(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        counters = RedisCounters(server.url, "test:")
        assert await number(counters, "ann") == 1
        with capture_logs() as logs:
            server.stop()
            assert [await counters.count("ann", WINDOW) for _ in range(3)] == [None] * 3
            server.start()
            async with asyncio.timeout(20):
                while await counters.count("ann", WINDOW) is None:  # noqa: ASYNC110 -- as above
                    await asyncio.sleep(0.01)
        assert [line["event"] for line in logs] == ["out of service", "back in service"]
        await counters.close()


@pytest.mark.usefixtures("patient_cache")
async def test_processes_count_together_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "counts.db"
    first, second = FileCounters(path), FileCounters(path)
    numbers = await asyncio.gather(*((first, second)[at % 2].count("ann", WINDOW) for at in range(100)))
    assert sorted(one.number for one in numbers if one) == [*range(1, 101)]
    assert b"ann" not in path.read_bytes()
    await first.close()
    await second.close()


@pytest.mark.usefixtures("patient_cache")
async def test_whoever_comes_first_in_a_file_need_not_have_asked_for_the_time_first(tmp_path: Path) -> None:
    path = tmp_path / "counts.db"
    second = FileCounters(path)
    await second.count("other", WINDOW)
    with ThreadPoolExecutor() as threads:

        def now_while_another_counts() -> float:
            now = time.time()
            with suppress(TimeoutError):
                counting.append(threads.submit(asyncio.run, second.count("ann", WINDOW)))
                counting[-1].result(0.01)
            return now

        counting: list[Future[Count | None]] = []
        first = FileCounters(path, now_while_another_counts)
        numbers = [await first.count("ann", WINDOW), *(ended.result() for ended in counting)]
    assert sorted(one.number for one in numbers if one) == [1, 2]
    await first.close()
    await second.close()


async def test_a_file_that_is_held_or_cannot_be_written_tells_nothing_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / "counts.db"
    counters = FileCounters(path)
    assert await number(counters, "ann") == 1
    other = sqlite3.connect(path, isolation_level=None)
    with capture_logs() as logs:
        other.execute("BEGIN EXCLUSIVE")
        assert [await counters.count("ann", WINDOW) for _ in range(3)] == [None] * 3
        other.close()
        async with asyncio.timeout(20):
            while await counters.count("ann", WINDOW) is None:  # noqa: ASYNC110 -- as above
                await asyncio.sleep(0.01)
    assert [line["event"] for line in logs] == ["out of service", "back in service"]
    await counters.close()


async def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "counts.db"
    path.write_bytes(b"no database, " * 1000)
    counters = FileCounters(path)
    async with asyncio.timeout(20):
        while await counters.count("ann", WINDOW) is None:  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.01)
    assert await number(counters, "ann") == 2
    await counters.close()


async def test_what_has_ended_does_not_stay_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "counts.db"
    counters = FileCounters(path)
    for client in range(400):
        await counters.count(f"{client}", 0.001)
    for _ in range(200):
        await counters.count("ann", WINDOW)
    [(kept,)] = sqlite3.connect(path).execute("SELECT count(*) FROM counts").fetchall()
    assert kept <= 2
    await counters.close()


async def test_a_clock_that_is_set_back_holds_nobody_up(tmp_path: Path) -> None:
    times = iter([10_000.0, 10_000.0, 100.0, 100.0])
    counters = FileCounters(tmp_path / "counts.db", lambda: next(times))
    assert [await number(counters, "ann", 60) for _ in range(4)] == [1, 2, 1, 2]
    await counters.close()

"""Counting in plain numbers: nothing is lost, nothing is counted twice."""

import asyncio
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.foundation import tally as tallies
from cinedex.foundation.cache.counting import counted
from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.tally import BOUNDS, Durations, Tally

EVENTS = st.lists(st.tuples(st.sampled_from(["search", "list"]), st.floats(0, 100)))


@given(EVENTS, EVENTS)
def test_each_event_is_in_one_bucket_of_one_taking(
    first: list[tuple[str, float]], second: list[tuple[str, float]]
) -> None:
    durations = Durations(lambda: None)
    for events in (first, second):
        for kind, seconds in events:
            durations.note((kind,), seconds)
        taken = durations.take()
        assert taken.keys() == {(kind,) for kind, _ in events}
        for labels, counts in taken.items():
            times = [seconds for name, seconds in events if (name,) == labels]
            buckets = [0] * (len(BOUNDS) + 1)
            for seconds in times:
                buckets[bisect_left(BOUNDS, seconds)] += 1
            assert counts[:-1] == buckets
            assert counts[-1] == pytest.approx(sum(times))


async def test_what_was_counted_is_taken_over_once_and_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "TAKE_OVER_SECONDS", 0.01)
    taken: list[int] = []
    over = asyncio.Event()

    def take_over() -> None:
        taken.append(len(tally.requests.take()))
        over.set()

    tally = Tally(take_over)
    for expected in ([2], [2, 1]):
        over.clear()
        tally.requests.note(("/", "GET", 200), 0.1)
        tally.requests.note(("/", "GET", 200), 0.1)
        if expected == [2]:
            tally.requests.note(("/", "GET", 404), 0.1)
        async with asyncio.timeout(20):
            await over.wait()
        assert taken == expected


async def test_hits_and_misses_of_a_cache() -> None:
    tally = Tally(lambda: None)
    cache = counted(MemoryCache(10_000), "memory", tally)
    assert await cache.get("alien") is None
    await cache.put("alien", b"1979")
    assert await cache.get("alien") == b"1979"
    assert await cache.get("alien") == b"1979"
    assert tally.lookups == {"memory": [2, 1]}

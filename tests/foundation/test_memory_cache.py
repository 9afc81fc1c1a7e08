"""The cache in the process: it keeps within its size, and forgets what was not asked for the longest."""

import pytest

from cinedex.foundation.cache.memory_cache import MemoryCache


async def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    cache = MemoryCache(10_000)
    await cache.put("asked", b"a" * 1000)
    for number in range(30):
        await cache.put(str(number), b"b" * 1000)
        assert await cache.get("asked") is not None
    assert await cache.get("0") is None
    assert await cache.get("29") is not None


@pytest.mark.parametrize("value", [b"", b"x" * 100, b"x" * 5000])
@pytest.mark.parametrize("key", ["{}", "{} of a very long key: " + "🎬" * 500])
async def test_it_keeps_within_its_size(key: str, value: bytes) -> None:
    cache, size = MemoryCache(50_000), 0
    for number in range(2000):
        await cache.put(key.format(number), value)
    for number in range(2000):
        if await cache.get(key.format(number)) is not None:
            size += len(key.format(number).encode()) + len(value)
    assert 0 < size <= 50_000


async def test_a_value_that_is_too_large_is_not_kept_and_drives_out_no_other() -> None:
    cache = MemoryCache(10_000)
    await cache.put("small", b"s")
    await cache.put("large", b"l" * 10_001)
    assert await cache.get("large") is None
    assert await cache.get("small") == b"s"


async def test_a_value_that_became_too_large_is_not_answered_by_the_one_before() -> None:
    cache = MemoryCache(10_000)
    await cache.put("growing", b"g")
    await cache.put("growing", b"g" * 10_001)
    assert await cache.get("growing") is None


async def test_a_cache_of_no_size_keeps_nothing() -> None:
    cache = MemoryCache(0)
    await cache.put("alien", b"")
    assert await cache.get("alien") is None

"""Any adapter of the cache: it may forget, it never fails its caller, and it keeps within its size."""

from collections.abc import Callable

import pytest

from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.cache.port import Cache

MakeCache = Callable[[int], Cache]
CACHES: tuple[MakeCache, ...] = (MemoryCache,)


@pytest.fixture(params=CACHES, ids=lambda kind: kind.__name__)
def make_cache(request: pytest.FixtureRequest) -> MakeCache:
    """Makes a cache of so many bytes."""
    kind: MakeCache = request.param
    return kind


async def test_what_was_put_is_there(make_cache: MakeCache) -> None:
    cache = make_cache(100_000)
    assert await cache.get("alien") is None
    await cache.put("alien", b"1979")
    await cache.put("nothing found", b"")
    assert await cache.get("alien") == b"1979"
    assert await cache.get("nothing found") == b""
    assert await cache.get("Alien") is None


async def test_a_value_is_replaced(make_cache: MakeCache) -> None:
    cache = make_cache(100_000)
    await cache.put("dune", b"1984")
    await cache.put("dune", b"2021")
    assert await cache.get("dune") == b"2021"


async def test_what_was_not_asked_for_the_longest_goes_first(make_cache: MakeCache) -> None:
    cache = make_cache(10_000)
    await cache.put("asked", b"a" * 1000)
    for number in range(30):
        await cache.put(str(number), b"b" * 1000)
        assert await cache.get("asked") is not None
    assert await cache.get("0") is None
    assert await cache.get("29") is not None


@pytest.mark.parametrize("value", [b"", b"x" * 100, b"x" * 5000])
@pytest.mark.parametrize("key", ["{}", "{} of a very long key: " + "🎬" * 500])
async def test_it_keeps_within_its_size(make_cache: MakeCache, key: str, value: bytes) -> None:
    cache, size = make_cache(50_000), 0
    for number in range(2000):
        await cache.put(key.format(number), value)
    for number in range(2000):
        if await cache.get(key.format(number)) is not None:
            size += len(key.format(number).encode()) + len(value)
    assert 0 < size <= 50_000


async def test_a_value_that_is_too_large_is_not_kept_and_drives_out_no_other(make_cache: MakeCache) -> None:
    cache = make_cache(10_000)
    await cache.put("small", b"s")
    await cache.put("large", b"l" * 10_001)
    assert await cache.get("large") is None
    assert await cache.get("small") == b"s"


async def test_a_value_that_became_too_large_is_not_answered_by_the_one_before(make_cache: MakeCache) -> None:
    cache = make_cache(10_000)
    await cache.put("growing", b"g")
    await cache.put("growing", b"g" * 10_001)
    assert await cache.get("growing") is None


async def test_a_cache_of_no_size_keeps_nothing(make_cache: MakeCache) -> None:
    cache = make_cache(0)
    await cache.put("alien", b"")
    assert await cache.get("alien") is None

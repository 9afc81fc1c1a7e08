"""Any adapter of the cache: it gives back what was put, or nothing, and never fails its caller."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.cache.port import Cache
from cinedex.foundation.cache.redis_cache import RedisCache

# Anything at all: half a surrogate pair too, which is no text.
KEYS = st.text(st.characters(exclude_categories=()))


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[Cache]:
    made: Cache
    if request.param == "memory":
        made = MemoryCache(1_000_000)
    else:
        made = RedisCache(request.getfixturevalue("redis").url, "test:", 600)
    yield made
    await made.close()


async def test_what_was_put_is_there(cache: Cache) -> None:
    assert await cache.get("alien") is None
    await cache.put("alien", b"1979")
    await cache.put("nothing found", b"")
    assert await cache.get("alien") == b"1979"
    assert await cache.get("nothing found") == b""
    assert await cache.get("Alien") is None


async def test_a_value_is_replaced(cache: Cache) -> None:
    await cache.put("dune", b"1984")
    await cache.put("dune", b"2021")
    assert await cache.get("dune") == b"2021"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(kept={"\ud800": b"half of a pair", "": b"", "\0": b"\0"}, other="\udfff")
@given(kept=st.dictionaries(KEYS, st.binary(), max_size=5), other=KEYS)
async def test_any_key_and_any_value(cache: Cache, kept: dict[str, bytes], other: str) -> None:
    for key, value in kept.items():
        await cache.put(key, value)
    for key, value in kept.items():
        assert await cache.get(key) == value
    if other not in kept:
        await cache.put(other, b"put")
        assert await cache.get(other) == b"put"


async def test_it_can_keep_something_and_nobody_gets_what_it_tried_that_with(cache: Cache) -> None:
    assert await cache.answers()
    assert await cache.get("look") is None


async def test_closing_again_does_nothing(cache: Cache) -> None:
    await cache.put("alien", b"1979")
    await cache.close()
    await cache.close()

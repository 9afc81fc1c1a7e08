"""The near cache before the far one, and what many ask for at the same time, made once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from cinedex.foundation.cache.layered_cache import LayeredCache
from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.cache.port import Cache
from cinedex.foundation.cache.redis_cache import RedisCache
from servers.redis import RedisServer

SIZE = 1_000_000


class Maker:
    """Makes a value when it is let, and counts how often it was asked to."""

    def __init__(self, *, is_let: bool = True) -> None:
        self.times = 0
        self.let = asyncio.Event()
        self.error: Exception | None = None
        if is_let:
            self.let.set()

    async def __call__(self) -> bytes:
        self.times += 1
        await self.let.wait()
        if self.error is not None:
            raise self.error
        return b"made %d" % self.times


@pytest.fixture
async def far(redis: RedisServer) -> AsyncIterator[Cache]:
    cache = RedisCache(redis.url, "test:", 600)
    yield cache
    await cache.close()


@pytest.fixture(params=["near", "near and far", "far"])
def layers(request: pytest.FixtureRequest) -> LayeredCache:
    return LayeredCache(
        MemoryCache(0 if request.param == "far" else SIZE),
        None if request.param == "near" else request.getfixturevalue("far"),
    )


async def test_it_is_made_once_and_kept(layers: LayeredCache) -> None:
    make = Maker()
    assert [await layers.get_or_make("heat", make) for _ in range(3)] == [b"made 1"] * 3
    assert make.times == 1


async def test_nothing_is_a_value_too(layers: LayeredCache) -> None:
    async def nothing() -> bytes:
        return b""

    assert await layers.get_or_make("heat", nothing) == b""
    assert await layers.get_or_make("heat", Maker()) == b""


async def test_a_stampede_has_it_made_once(layers: LayeredCache) -> None:
    make = Maker(is_let=False)
    asking = [asyncio.create_task(layers.get_or_make("heat", make)) for _ in range(200)]
    async with asyncio.timeout(20):
        while not make.times:  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(0)
        late = [asyncio.create_task(layers.get_or_make("heat", make)) for _ in range(200)]
        make.let.set()
        assert set(await asyncio.gather(*asking, *late)) == {b"made 1"}
    assert make.times == 1


async def test_keys_do_not_wait_for_each_other(layers: LayeredCache) -> None:
    slow = asyncio.create_task(layers.get_or_make("heat", make := Maker(is_let=False)))
    assert await layers.get_or_make("jaws", Maker()) == b"made 1"
    make.let.set()
    assert await slow == b"made 1"


async def test_who_gives_up_leaves_the_others_their_answer(layers: LayeredCache) -> None:
    make = Maker(is_let=False)
    first, second = (asyncio.create_task(layers.get_or_make("heat", make)) for _ in range(2))
    async with asyncio.timeout(20):
        while not make.times:  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        make.let.set()
        assert await second == b"made 1"
    assert make.times == 1


async def test_an_error_reaches_all_who_wait_and_is_not_kept(layers: LayeredCache) -> None:
    make = Maker()
    make.error = LookupError("no index")
    asking = [asyncio.create_task(layers.get_or_make("heat", make)) for _ in range(20)]
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(one) for one in told} == {LookupError}
    assert make.times == 1
    make.error = None
    assert await layers.get_or_make("heat", make) == b"made 2"


async def test_what_is_near_is_not_asked_of_the_far_one(far: Cache, redis: RedisServer) -> None:
    layers = LayeredCache(MemoryCache(SIZE), far)
    assert await layers.get_or_make("heat", Maker()) == b"made 1"
    redis.ask("FLUSHALL")
    assert await layers.get_or_make("heat", Maker()) == b"made 1"
    assert redis.ask("DBSIZE") == 0


async def test_what_another_process_has_made_is_kept_near_as_well(far: Cache, redis: RedisServer) -> None:
    make = Maker()
    assert await LayeredCache(MemoryCache(SIZE), far).get_or_make("heat", make) == b"made 1"
    other = LayeredCache(MemoryCache(SIZE), far)
    assert await other.get_or_make("heat", make) == b"made 1"
    redis.ask("FLUSHALL")
    assert await other.get_or_make("heat", make) == b"made 1"
    assert make.times == 1


async def test_closing_waits_for_what_is_being_made(far: Cache) -> None:
    layers, make = LayeredCache(MemoryCache(SIZE), far), Maker(is_let=False)
    asking = asyncio.create_task(layers.get_or_make("heat", make))
    async with asyncio.timeout(20):
        while not make.times:  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(0)
        asking.cancel()
        closing = asyncio.create_task(layers.close())
        assert await asyncio.wait([closing], timeout=0.2) == (set(), {closing})
        make.let.set()
        await closing

"""Hits and misses of a cache."""

from cinedex.foundation.cache.port import Cache
from cinedex.foundation.tally import Tally


def counted(cache: Cache, name: str, tally: Tally) -> Cache:
    """Return the cache, whose hits and misses are counted under its name from now on, whichever adapter it is."""
    get, lookups = cache.get, tally.lookups[name]

    async def get_counted(key: str) -> bytes | None:
        value = await get(key)
        lookups[value is None] += 1
        return value

    cache.get = get_counted  # type: ignore[method-assign]
    return cache

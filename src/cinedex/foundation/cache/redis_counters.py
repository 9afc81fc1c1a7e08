"""Counters in Redis or Valkey: all processes and nodes count together."""

import asyncio
from hashlib import blake2b

from cinedex.foundation.cache.breaker import Breaker
from cinedex.foundation.cache.port import Count
from cinedex.foundation.cache.redis_client import redis_client

COUNT_SECONDS = 0.03
"""How long a count may be waited for, connecting included."""
RESTS_SECONDS = (0.25, 4.0)
"""How long a server is left alone that did not answer in time, or refused: at first, and at most."""

_NAME_BYTES = 20

# One step for the server, so that no counter is left without an end. What is no counter is replaced by one.
_COUNT = """
local number = redis.pcall('INCRBY', KEYS[1], ARGV[2])
if type(number) == 'table' then
  redis.call('DEL', KEYS[1])
  number = redis.call('INCRBY', KEYS[1], ARGV[2])
end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {number, left}
"""


class RedisCounters:
    """Counts under names that begin with `prefix`; they are hashes, so that the server learns no address."""

    def __init__(self, url: str, prefix: str) -> None:
        self._client = redis_client(url)
        self._script = self._client.register_script(_COUNT)
        self._prefix = prefix
        self._reach = Breaker("shared counters", *RESTS_SECONDS)

    async def count(self, key: str, window_seconds: float, amount: int = 1) -> Count | None:
        """Count so many more; None when the server does not answer, or refuses."""
        if not self._reach.lets_through():
            return None
        name = self._prefix + blake2b(key.encode(errors="surrogatepass"), digest_size=_NAME_BYTES).hexdigest()
        try:
            async with asyncio.timeout(COUNT_SECONDS):
                number, left = await self._script([name], [max(1, int(window_seconds * 1000)), amount])
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with the server, the caller decides
            self._reach.failed(error)
            return None
        self._reach.succeeded()
        return Count(number, left / 1000)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

"""A cache that all processes share, in Redis or Valkey; without it they do the work themselves."""

import asyncio
from hashlib import blake2b

from redis.exceptions import ResponseError

from cinedex.foundation.cache.breaker import Breaker
from cinedex.foundation.cache.redis_client import redis_client

READ_SECONDS, WRITE_SECONDS = 0.03, 0.02
"""How long an answer may be waited for, and how long it may take to keep one, connecting included."""
RESTS_SECONDS = (0.25, 4.0)
"""How long a server is left alone that did not answer in time, or refused: at first, and at most."""

_NAME_BYTES, _SEAL_BYTES = 20, 8


class RedisCache:
    """Keeps values for so many seconds, under names that begin with `prefix`.

    Names are hashes, so that keys may be of any length, and the server learns nobody's query. A value goes with
    a seal over name and value: what was damaged, or stands under another's name, is not there.
    """

    def __init__(self, url: str, prefix: str, seconds: int) -> None:
        self._client = redis_client(url)
        self._prefix = prefix
        self._seconds = seconds
        self._reach = Breaker("shared cache", *RESTS_SECONDS)
        # A full server, or a replica, goes on answering what it has.
        self._room = Breaker("writing to the shared cache", *RESTS_SECONDS)

    async def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, None when it is not kept, or the server does not answer."""
        if not self._reach.lets_through():
            return None
        name = self._name(key)
        try:
            async with asyncio.timeout(READ_SECONDS):
                # Unlike GET, it takes a value of another kind for none.
                [kept] = await self._client.mget([name])
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with the server, the caller goes on
            self._reach.failed(error)
            return None
        self._reach.succeeded()
        return _opened(name, kept) if isinstance(kept, bytes) else None

    async def put(self, key: str, value: bytes) -> None:
        """Keep `value` under `key`, if the server takes it."""
        if not (self._reach.lets_through() and self._room.lets_through()):
            return
        name = self._name(key)
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await self._client.set(name, _seal(name, value) + value, ex=self._seconds)
        except ResponseError as error:
            self._room.failed(error)
        except Exception as error:  # noqa: BLE001 -- as above
            self._reach.failed(error)
        else:
            self._reach.succeeded()
            self._room.succeeded()

    async def answers(self) -> bool:
        """Say whether the server answers and takes a value: one that is full, or a replica, takes none.

        It is asked in any case, for as long as the caller waits.
        """
        try:
            await self._client.set(f"{self._prefix}look", b"", ex=self._seconds)
        except Exception:  # noqa: BLE001 -- as above
            return False
        return True

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def _name(self, key: str) -> str:
        # Half a surrogate pair is no text, and yet may stand in a key.
        return self._prefix + blake2b(key.encode(errors="surrogatepass"), digest_size=_NAME_BYTES).hexdigest()


def _seal(name: str, value: bytes) -> bytes:
    return blake2b(name.encode() + value, digest_size=_SEAL_BYTES).digest()


def _opened(name: str, sealed: bytes) -> bytes | None:
    value = sealed[_SEAL_BYTES:]
    return value if sealed[:_SEAL_BYTES] == _seal(name, value) else None

"""What is kept near before what is kept far, and what nobody has is made once, however many ask for it."""

import asyncio
from collections.abc import Awaitable, Callable

from cinedex.foundation.cache.port import Cache


class LayeredCache:
    """A cache in the process, and behind it one that all processes share, where there is one.

    `near` must answer without waiting: between not being there and being waited for nothing may happen.
    """

    def __init__(self, near: Cache, far: Cache | None) -> None:
        self._near = near
        self._far = far
        self._fetching: dict[str, asyncio.Task[bytes]] = {}

    async def get_or_make(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return what is kept under `key`, or make it and keep it. Raises what `make` raises.

        All who ask for a key that is being fetched wait for that, and get what comes of it, an error too. It goes
        on when one of them gives up.
        """
        value = await self._near.get(key)
        if value is None:
            value = await asyncio.shield(self._fetching.get(key) or self._fetch(key, make))
        return value

    async def close(self) -> None:
        """Wait for what is being fetched, and let go of both caches."""
        await asyncio.gather(*self._fetching.values(), return_exceptions=True)
        await self._near.close()
        if self._far is not None:
            await self._far.close()

    def _fetch(self, key: str, make: Callable[[], Awaitable[bytes]]) -> asyncio.Task[bytes]:
        fetching = self._fetching[key] = asyncio.create_task(self._fetched(key, make))
        fetching.add_done_callback(lambda _: self._fetching.pop(key))
        return fetching

    async def _fetched(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        value = None if self._far is None else await self._far.get(key)
        if value is None:
            value = await make()
            if self._far is not None:
                await self._far.put(key, value)
        await self._near.put(key, value)
        return value

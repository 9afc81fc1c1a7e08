"""Whether the cache that processes share answers, told every few seconds."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from cinedex.foundation.cache.port import Cache

LOOK_SECONDS, PATIENCE_SECONDS = 5.0, 2.0


async def watch_cache(cache: Cache, tell: Callable[[str, float], None]) -> None:
    """Look again and again until cancelled, and tell the figure `cinedex_shared_cache_answers` each time."""
    while True:
        is_there = False
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                is_there = await cache.answers()
        tell("cinedex_shared_cache_answers", is_there)
        await asyncio.sleep(LOOK_SECONDS)

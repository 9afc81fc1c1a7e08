"""Counters in the process: it alone knows what they count."""

import time
from collections.abc import Callable
from typing import NamedTuple

from cachetools import TLRUCache

from cinedex.foundation.cache.port import Count

_MOST_KEYS = 100_000


class _Window(NamedTuple):
    number: int
    end: float


class MemoryCounters:
    """Counts for a hundred thousand keys; beyond that, what was not counted for the longest begins anew."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._windows: TLRUCache[str, _Window] = TLRUCache(
            _MOST_KEYS, ttu=lambda _key, window, _now: window.end, timer=monotonic
        )

    async def count(self, key: str, window_seconds: float, amount: int = 1) -> Count:
        """Count so many more; see the port."""
        now = self._monotonic()
        before = self._windows.get(key) or _Window(0, now + window_seconds)
        window = _Window(before.number + amount, before.end)
        self._windows[key] = window
        # Adding and taking away again may leave a trace more.
        return Count(window.number, min(window_seconds, window.end - now))

    async def close(self) -> None:
        """Forget everything."""
        self._windows.clear()

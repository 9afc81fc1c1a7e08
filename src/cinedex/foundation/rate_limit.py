"""How often one client may ask in a minute."""

import math
import time
from collections.abc import Callable
from typing import Final

from cinedex.foundation.cache.port import Counters
from cinedex.foundation.errors import TooManyRequests

WINDOW_SECONDS: Final = 60

_SHARES: Final = 20
_MOST_CLIENTS: Final = 100_000


class RateLimit:
    """Lets each client ask `per_minute` times in a minute, counted with all processes that share `counters`.

    A process takes a twentieth of what a client may ask at a time, and counts that down by itself: it asks for one
    request of many only. A share that is not used up is lost to the other processes until the minute is over. Where
    nobody knows how often a client has asked, it is let through.
    """

    def __init__(
        self, counters: Counters, per_minute: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._counters = counters
        self._per_minute = per_minute
        self._share = max(1, per_minute // _SHARES)
        self._monotonic = monotonic
        self._minutes: dict[str, _Minute] = {}

    async def take(self, client: str) -> None:
        """Count a request. Raises TooManyRequests."""
        now = self._monotonic()
        minute = self._minutes.get(client)
        if minute is None or now >= minute.end:
            minute = self._begin(client, now)
        elif minute.left:
            minute.left -= 1
            return
        elif minute.is_used_up:
            raise _refusal(minute.end - now)
        counted = await self._counters.count(f"requests {client}", WINDOW_SECONDS, self._share)
        if counted is None:
            return
        minute.end = now + counted.remaining_seconds
        minute.left += max(0, self._share - max(0, counted.number - self._per_minute))
        # Of many that ask at the same time, each brings a share that is for all of them.
        if not minute.left:
            minute.is_used_up = True
            raise _refusal(counted.remaining_seconds)
        minute.left -= 1

    async def close(self) -> None:
        """Let go of what counts."""
        await self._counters.close()

    def _begin(self, client: str, now: float) -> "_Minute":
        if len(self._minutes) >= _MOST_CLIENTS:
            # Shares that are forgotten are taken anew: it only makes the limit stricter.
            self._minutes.clear()
        minute = self._minutes[client] = _Minute(now + WINDOW_SECONDS)
        return minute


class _Minute:
    """What a process knows of a client: how often it may still ask without asking the counters."""

    __slots__ = ("end", "is_used_up", "left")

    def __init__(self, end: float) -> None:
        self.end = end
        self.left = 0
        self.is_used_up = False


def _refusal(seconds: float) -> TooManyRequests:
    return TooManyRequests(retry_after_seconds=max(1, math.ceil(seconds)))

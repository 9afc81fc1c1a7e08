"""Those whom a storm of logins leaves no place for: told when it begins, and how many they were when it is over.

A line for each of them would be a storm of its own.
"""

import asyncio
from contextvars import Context

import structlog

QUIET_SECONDS = 10.0
"""For how long nobody must have been turned away before a storm is over."""

log = structlog.get_logger()


class TurnedAway:
    """Counts and logs, in the loop of whoever turns somebody away. A process that ends meanwhile tells no number."""

    def __init__(self) -> None:
        self._number = 0
        self._last_at = 0.0

    def one_more(self) -> None:
        """Note that somebody was turned away."""
        loop = asyncio.get_running_loop()
        self._last_at = loop.time()
        self._number += 1
        if self._number == 1:
            log.warning("logins turned away", reason="too many at once")
            self._look_after(QUIET_SECONDS)

    def _look_after(self, seconds: float) -> None:
        # Whoever came first has nothing to do with how it ends: the line is to name no request.
        asyncio.get_running_loop().call_later(seconds, self._look, context=Context())

    def _look(self) -> None:
        left = self._last_at + QUIET_SECONDS - asyncio.get_running_loop().time()
        if left > 0:
            self._look_after(left)
            return
        log.info("logins let in again", turned_away=self._number)
        self._number = 0

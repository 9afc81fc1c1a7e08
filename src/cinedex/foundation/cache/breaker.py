"""Leaving a server alone that does not answer, and finding out when it does again."""

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger()


class Breaker:
    """Lets calls through while they succeed; after a failure none, but for one try after each rest.

    The first rest is short, since a server may only have been held up; each try that fails doubles it. Only a try ends an outage: a call that began before it may succeed late, and means nothing. An outage is logged
    when it begins and when it ends, by the kind of its error alone: servers repeat passwords in their texts.
    """

    def __init__(
        self, name: str, shortest: float, longest: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._shortest = self._rest_seconds = shortest
        self._longest = longest
        self._monotonic = monotonic
        self._next_try: float | None = None
        self._is_trying = False

    def lets_through(self) -> bool:
        """Say whether to call now; whoever is told so calls, and says what came of it."""
        if self._next_try is None:
            return True
        if self._monotonic() < self._next_try:
            return False
        self._is_trying = True
        self._rest()
        return True

    def failed(self, error: Exception) -> None:
        """Note that a call failed."""
        if self._next_try is None:
            log.warning("out of service", part=self._name, cause=type(error).__name__)
        elif self._is_trying:
            self._rest_seconds = min(self._rest_seconds * 2, self._longest)
        self._is_trying = False
        self._rest()

    def succeeded(self) -> None:
        """Note that a call succeeded."""
        if self._is_trying:
            log.info("back in service", part=self._name)
            self._is_trying = False
            self._next_try = None
            self._rest_seconds = self._shortest

    def _rest(self) -> None:
        self._next_try = self._monotonic() + self._rest_seconds

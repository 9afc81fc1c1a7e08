"""Counting what happens, in plain numbers: what is counted with each search must cost next to nothing.

A library's counter costs microseconds, a tenth of an answer from the cache. So events are added up here, and
`metrics.py` takes the sums over once a second.
"""

import asyncio
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from typing import Final

BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""The seconds that the buckets of a histogram reach up to; one more bucket has no bound."""

CALLS: Final = ("mark", "search", "list", "suggest", "genres")
"""The calls of the search engine."""

REASONS: Final = ("unavailable", "crash")
"""Why one of them fails."""

TAKE_OVER_SECONDS: Final = 1.0

Kind = tuple[str | int, ...]
"""What events have in common that are counted together: the values of a metric's labels."""


class Durations:
    """How many events of each kind took how long: a count for each bucket of `BOUNDS`, and all seconds together.

    `on_new` is called for the first event of a kind since the last `take`.
    """

    def __init__(self, on_new: Callable[[], None]) -> None:
        self._on_new = on_new
        self._kinds: dict[Kind, list[float]] = {}

    def note(self, kind: Kind, seconds: float) -> None:
        """Count an event."""
        try:
            counts = self._kinds[kind]
        except KeyError:
            counts = self._kinds[kind] = [0] * (len(BOUNDS) + 2)
            self._on_new()
        counts[bisect_left(BOUNDS, seconds)] += 1
        counts[-1] += seconds

    def take(self) -> dict[Kind, list[float]]:
        """Return what was counted since the last call: for each kind its buckets, and last the seconds."""
        taken = self._kinds.copy()
        self._kinds.clear()
        return taken


class Tally:
    """What one process counts. `take_over` is called a second after something was, in the loop of whoever did."""

    def __init__(self, take_over: Callable[[], None]) -> None:
        self._take_over = take_over
        self._is_due = False
        self.requests = Durations(self._soon)
        """By route, method and status."""
        self.engine_calls = Durations(self._soon)
        """By call."""
        self.failures: defaultdict[Kind, int] = defaultdict(int)
        """Engine calls that failed, by call and reason."""
        self.lookups: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        """Hits and misses, in this order, by the name of a cache."""

    def _soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(TAKE_OVER_SECONDS, self._hand_over)

    def _hand_over(self) -> None:
        self._is_due = False
        self._take_over()

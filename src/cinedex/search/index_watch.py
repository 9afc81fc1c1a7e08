"""How far the index is behind the catalogue, told every few seconds by the process that follows it."""

import asyncio
import time
from collections import deque
from typing import Protocol

import structlog

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.movies.service import MovieService
from cinedex.search.follower import Follower
from cinedex.search.port import SearchIndex

LOOK_SECONDS = 5.0

log = structlog.get_logger()


class Gauges(Protocol):
    """Where figures are told; see `foundation/metrics.py`."""

    def tell(self, name: str, value: float) -> None:
        """Tell the value that a figure has now."""
        ...

    def take_over(self) -> None:
        """Tell what was counted."""
        ...


class IndexWatch:
    """Reads the figures of outbox, database and index, and tells them."""

    def __init__(
        self,
        database: Database,
        movies: MovieService,
        index: SearchIndex,
        follower: Follower,
        gauges: Gauges,
    ) -> None:
        self._database = database
        self._movies = movies
        self._index = index
        self._follower = follower
        self._gauges = gauges
        self._seen = Seen()

    async def run(self) -> None:
        """Look again and again until cancelled. A look that fails is logged, and the figures grow old."""
        while True:
            self._gauges.tell("cinedex_follower_leading", self._follower.is_leading)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 -- whatever is wrong, the next look may succeed
                log.warning("index not looked at", cause=repr(error))
            self._gauges.take_over()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Read all figures once and tell them. Raises DatabaseUnavailable and IndexUnavailable."""
        status = await self._index.status()
        position, indexed = (status.mark.position, status.movies) if status else (0, 0)
        # Counted before the position is read: what has not changed by then had not changed here.
        films = await self._movies.count()
        async with self._database.reading() as connection:
            newest = await outbox.last_position(connection)
            waiting = await outbox.count_after(connection, position)
            parked = len(await outbox.parked(connection))
        figures = {
            "cinedex_outbox_waiting": waiting,
            "cinedex_outbox_lag_seconds": self._seen.lag_seconds(position, newest, time.monotonic()),
            "cinedex_outbox_parked": parked,
            "cinedex_database_films": films,
            "cinedex_index_films": indexed,
            "cinedex_index_size_bytes": status.size_bytes if status else 0,
            "cinedex_looked_timestamp_seconds": time.time(),
        }
        if not waiting:
            # Parked films may stand in the index as they were before, or not at all.
            figures["cinedex_index_drift_films"] = max(films - parked - indexed, indexed - films, 0)
        for name, value in figures.items():
            self._gauges.tell(name, value)


class Seen:
    """When which position was first seen to be the newest: the outbox itself does not note the time."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, float]] = deque()

    def lag_seconds(self, applied: int, newest: int, now: float) -> float:
        """Return for how long something after the position `applied` has been waiting, 0 when nothing does.

        `newest` is the last position that there is at `now`, in seconds of a clock that never goes back.
        """
        if self._seen and self._seen[-1][0] > newest:
            # The database was put back from a backup.
            self._seen.clear()
        while self._seen and self._seen[0][0] <= applied:
            self._seen.popleft()
        if newest > max(applied, self._seen[-1][0] if self._seen else 0):
            self._seen.append((newest, now))
        return now - self._seen[0][1] if self._seen else 0.0

"""Metrics for Prometheus: what all processes of a node have counted, in one answer.

Each process writes its numbers to files of its own in one folder (the library's multiprocess mode), and the
process that started the others answers from all of them. Loaded only where metrics are on.
"""

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import filelock
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server, values
from prometheus_client.multiprocess import MultiProcessCollector

from cinedex.foundation.routes import known_method
from cinedex.foundation.tally import BOUNDS, CALLS, REASONS, Tally

Build = Callable[[], Coroutine[Any, Any, object]]
"""Builds an index, or raises."""

GAUGES: Final = {
    "cinedex_outbox_waiting": "Changes that the index has not applied yet.",
    "cinedex_outbox_lag_seconds": "For how long the oldest of them has been waiting, as far as was seen.",
    "cinedex_outbox_parked": "Changes set aside, since the index cannot take them.",
    "cinedex_database_films": "Films in the database.",
    "cinedex_index_films": "Films in the live generation of the index.",
    "cinedex_index_drift_films": "Films that one has more than the other when no change waits, parked ones aside.",
    "cinedex_index_size_bytes": "Size of the live generation.",
    "cinedex_index_building": "1 while this process has a generation built.",
    "cinedex_index_last_build_seconds": "How long the last build took.",
    "cinedex_follower_leading": "1 while this process is the one that writes the index.",
    "cinedex_shared_cache_answers": "1 while the cache that processes share takes values and answers.",
    "cinedex_looked_timestamp_seconds": "When the figures of outbox, database and index were last read.",
}
"""What the process that follows the catalogue tells, and what it means."""


class _Summed(Histogram):
    """A histogram that takes many events at once."""

    def add(self, counted: list[float]) -> None:
        """Add the counts of all buckets, and last the seconds."""
        *counts, seconds = counted
        for bucket, number in zip(self._buckets, counts, strict=True):
            if number:
                bucket.inc(number)
        self._sum.inc(seconds)


class Metrics:
    """The numbers of one process, written to files in a folder.

    A process takes the first place that is free, and goes on with the files of the process that had it before:
    so there are never more files than processes at a time, and no count goes back when one of them dies.
    """

    def __init__(self, folder: Path) -> None:
        self.tally = Tally(self.take_over)
        """Where this process counts."""
        folder.mkdir(parents=True, exist_ok=True)
        self._place, place = _take_place(folder)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = values.MultiProcessValue(lambda: place)  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()

        def histogram(name: str, meaning: str, labels: list[str]) -> _Summed:
            return _Summed(name, meaning, labels, registry=registry, buckets=BOUNDS)

        self._requests = histogram(
            "cinedex_http_request_duration_seconds",
            "Requests by route, method and status.",
            ["route", "method", "status"],
        )
        self._engine = histogram(
            "cinedex_engine_call_duration_seconds",
            "Calls of the search engine by call, failed ones too.",
            ["call"],
        )
        self._failures = Counter(
            "cinedex_engine_failures",
            "Calls of the search engine that failed.",
            ["call", "reason"],
            registry=registry,
        )
        self._lookups = Counter(
            "cinedex_cache_lookups", "Looks into a cache.", ["cache", "result"], registry=registry
        )
        self._builds = Counter("cinedex_index_builds", "Builds of the index.", ["outcome"], registry=registry)
        # A rate is known from the first event on only where there was a number before it.
        for call in CALLS:
            for reason in REASONS:
                self._failures.labels(call, reason)
        for outcome in ("done", "failed", "given up"):
            self._builds.labels(outcome)
        self._registry = registry
        self._gauges: dict[str, Gauge] = {}

    def take_over(self) -> None:
        """Write what the tally has counted since the last call."""
        for (route, method, status), counts in self.tally.requests.take().items():
            self._requests.labels(route, known_method(str(method)), status).add(counts)
        for labels, counts in self.tally.engine_calls.take().items():
            self._engine.labels(*labels).add(counts)
        for labels, number in self.tally.failures.items():
            self._failures.labels(*labels).inc(number)
        self.tally.failures.clear()
        for cache, looks in self.tally.lookups.items():
            for result, number in zip(("hit", "miss"), looks, strict=True):
                self._lookups.labels(cache, result).inc(number)
            looks[:] = [0, 0]

    def tell(self, name: str, value: float) -> None:
        """Set one of `GAUGES`."""
        if name not in self._gauges:
            # Made when first told: a process that never does would tell 0.
            self._gauges[name] = Gauge(
                name, GAUGES[name], registry=self._registry, multiprocess_mode="mostrecent"
            )
        self._gauges[name].set(value)

    def building(self, build: Build) -> Build:
        """Return what builds an index as `build` does, and tells that it does, for how long, and how it ends."""

        async def build_told() -> object:
            started = time.monotonic()
            outcome = "failed"
            self.tell("cinedex_index_building", 1)
            try:
                built = await build()
                outcome = "done"
                self.tell("cinedex_index_last_build_seconds", time.monotonic() - started)
            except asyncio.CancelledError:
                outcome = "given up"
                raise
            finally:
                self.tell("cinedex_index_building", 0)
                self._builds.labels(outcome).inc()
            return built

        return build_told

    def close(self) -> None:
        """Write what is left, and leave the place to the next process."""
        self.take_over()
        self._place.release()


def clear(folder: Path) -> None:
    """Remove what the processes of an earlier start have written. Raises OSError when that cannot be done."""
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def exposed(folder: Path, host: str, port: int) -> Iterator[None]:
    """Answer `GET /metrics`, at an address of its own, with what all processes have written to the folder.

    Raises OSError when the address cannot be listened on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    server, thread = start_http_server(port, host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _take_place(folder: Path) -> tuple[filelock.BaseFileLock, str]:
    """Return the lock of the first place that no process has, and its name."""
    place = 0
    while True:
        lock = filelock.FileLock(folder / f"{place}.lock", blocking=False, thread_local=False)
        with suppress(filelock.Timeout):
            lock.acquire()
            return lock, str(place)
        place += 1

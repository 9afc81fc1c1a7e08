"""A data folder to measure on: films loaded into the database, and the index built of them."""

import asyncio
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec

import process
from cinedex.foundation import migrations
from cinedex.movies.models import NewMovie
from cinedex.search.port import IndexStatus
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from figures import Report, Table, at_most
from targets import targets_for

BATCH = 2000


class Filled(msgspec.Struct, frozen=True):
    """What it took to fill a data folder."""

    films: int
    load_seconds: float
    rebuild_seconds: float
    rebuild_megabytes: float | None
    index: IndexStatus


@contextmanager
def data_folder() -> Iterator[Path]:
    """Yield an empty folder, and remove it with all that is in it."""
    with TemporaryDirectory(prefix="cinedex-bench-") as folder:
        yield Path(folder)


def fill(data_dir: Path, films: Iterable[NewMovie]) -> Filled:
    """Add films to the catalogue in a folder and build its index anew, in a process of its own."""
    settings = Settings(data_dir=data_dir)
    started = perf_counter()
    asyncio.run(_load(settings, films))
    loaded = perf_counter()
    peak = process.run(
        [sys.executable, "-m", "cinedex", "index", "rebuild"],
        os.environ | {"CINEDEX_DATA_DIR": str(data_dir)},
    )
    built = perf_counter()
    status = asyncio.run(_status(settings))
    return Filled(status.movies, loaded - started, built - loaded, peak, status)


def report(filled: Filled) -> Report:
    """Return how long loading and the rebuild took, and what memory the rebuild."""
    targets = targets_for(filled.films)
    peak = filled.rebuild_megabytes
    index = f"{filled.index.size_bytes / 1e6:,.0f} MB in {filled.index.segments} segments"
    rows = [
        ("load into SQLite", f"{filled.load_seconds:.1f} s", "–", "–"),
        (
            "rebuild, a process of its own",
            f"{filled.rebuild_seconds:.1f} s",
            f"{peak:,.0f} MB" if peak else "–",
            index,
        ),
    ]
    checks = [at_most("rebuild of the index", filled.rebuild_seconds, targets.rebuild_seconds, " s")]
    if peak:
        checks.append(at_most("rebuild, peak memory", peak, targets.rebuild_megabytes, " MB"))
    return Report([Table((f"{filled.films:,} films", "time", "peak memory", "index"), rows)], checks)


async def _load(settings: Settings, films: Iterable[NewMovie]) -> None:
    services = build_services(settings)
    remaining = iter(films)
    try:
        await migrations.upgrade(services.database)
        while batch := list(islice(remaining, BATCH)):
            await services.movies.load(batch)
    finally:
        await services.close()


async def _status(settings: Settings) -> IndexStatus:
    services: Services = build_services(settings)
    try:
        status = await services.index.status()
    finally:
        await services.close()
    if status is None:
        raise SystemExit("the rebuild left no index")
    return status

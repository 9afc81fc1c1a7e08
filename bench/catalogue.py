"""The films and queries that the benchmarks run on, and a data folder with both database and index."""

import asyncio
import os
import platform
import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec

from cinedex.app import Services, build_services
from cinedex.foundation import migrations
from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.settings import Settings

BATCH = 2000
_SHARED = Path(__file__).parents[2] / "shared"


class Query(msgspec.Struct):
    """A query, and what kind of slip or shortening it shows."""

    kind: str
    query: str


def default_films() -> Path:
    """Return the large catalogue where it lies beside the checkout, else the sample that ships."""
    large = _SHARED / "data" / "movies.ndjson.gz"
    return large if large.exists() else SAMPLE


def read_queries(films: Path) -> list[Query]:
    """Return the relevance set where it lies beside the checkout, else queries made of the films' own names."""
    written = _SHARED / "eval" / "dev.ndjson"
    if written.exists():
        return [msgspec.json.decode(line, type=Query) for line in written.read_bytes().splitlines()]
    with MovieFile(films) as file:
        names = [film.name for film in islice(file, 500) if isinstance(film, NewMovie)]
    return list(_made_of(names))


def unique_texts(films: Path, count: int) -> list[str]:
    """Return that many different queries: names whole, half typed, and with a letter left out."""
    with MovieFile(films) as file:
        names = [film.name for film in file if isinstance(film, NewMovie)]
    random.Random(2).shuffle(names)  # noqa: S311 -- the same queries every time
    return list(islice(dict.fromkeys(query.query for query in _made_of(names)), count))


def _made_of(names: list[str]) -> Iterator[Query]:
    chance = random.Random(1)  # noqa: S311 -- the same queries every time
    for name in names:
        yield Query("exact", name)
        yield Query("prefix", name[: max(1, len(name) * 2 // 3)])
        at = chance.randrange(len(name))
        yield Query("slip", name[:at] + name[at + 1 :] or name)


@contextmanager
def prepared(films: Path) -> Iterator[Path]:
    """Yield a data folder in which `films` are loaded and indexed, and say how long that took."""
    with TemporaryDirectory(prefix="cinedex-bench-") as folder:
        settings = Settings(data_dir=Path(folder))
        asyncio.run(_fill(settings, films))
        yield settings.data_dir


async def _fill(settings: Settings, films: Path) -> None:
    services = build_services(settings)
    try:
        await migrations.upgrade(services.database)
        started = perf_counter()
        count = await _load(services, films)
        loaded = perf_counter()
        await services.rebuilder.rebuild()
        built = perf_counter()
        status = await services.index.status()
    finally:
        await services.close()
    assert status is not None  # noqa: S101 -- it was just built
    print(
        f"{count} films: loaded in {loaded - started:.1f} s, indexed in {built - loaded:.1f} s, "
        f"index {status.size_bytes / 1e6:.0f} MB in {status.segments} segments"
    )


async def _load(services: Services, films: Path) -> int:
    with MovieFile(films) as file:
        entries = (entry for entry in file if isinstance(entry, NewMovie))
        while batch := list(islice(entries, BATCH)):
            await services.movies.load(batch)
    return await services.movies.count()


def machine() -> str:
    """Return what figures depend on."""
    model = platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, {platform.system()}"


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

"""How long after its commit a film is found: one writer adds films, a reader asks for each until it is there."""

import asyncio
import uuid
from pathlib import Path
from time import perf_counter

from catalogue import percentile
from cinedex.app import Services, build_services
from cinedex.movies.models import new_movie
from cinedex.search.models import SearchQuery
from cinedex.search.service import NothingFound
from cinedex.settings import Settings

FILMS = 200


def run(data_dir: Path) -> None:
    """Print the time from commit to found."""
    took = asyncio.run(_time(data_dir))
    figures = (percentile(took, share) * 1000 for share in (0.5, 0.95, 0.99, 1.0))
    print("\nadd to findable, ms    films    p50    p95    p99    max")
    print(f"{'':<20} {FILMS:>7}", *(f"{figure:>6.1f}" for figure in figures))


async def _time(data_dir: Path) -> list[float]:
    services = build_services(Settings(data_dir=data_dir))
    follower = services.follower
    caught_up = asyncio.Event()
    following = asyncio.create_task(follower.run(caught_up.set))
    await caught_up.wait()
    try:
        return [await _add_and_find(services) for _ in range(FILMS)]
    finally:
        follower.stop()
        await following
        await services.close()


async def _add_and_find(services: Services) -> float:
    # A name that nothing else has, so that finding anything is finding this.
    name = uuid.uuid4().hex
    await services.movies.add(new_movie(name=name, imdb_score=5.0))
    committed = perf_counter()
    while True:
        try:
            await services.search.search(SearchQuery(name))
        except NothingFound:
            await asyncio.sleep(0.001)
        else:
            return perf_counter() - committed

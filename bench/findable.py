"""How long after its commit a film is found: real films are deleted and added again, one after another."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import msgspec

from cinedex.movies.models import Movie, NewMovie
from cinedex.search.models import SearchQuery
from cinedex.search.service import NothingFound
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from figures import PERCENTILES, Report, Table, at_most, milliseconds, percentile
from targets import targets_for

FILMS = 200
# To ask for more would keep the follower, which shares the process here, from its work.
_ASKED = 3
_PATIENCE_SECONDS = 30


def measure(data_dir: Path) -> list[float]:
    """Return the seconds from commit to found, of each film."""
    return asyncio.run(_measure(data_dir))


def report(took: Sequence[float], films: int) -> Report:
    """Return the percentiles of add to findable."""
    row = ("deleted and added again, one after another", str(len(took)), *milliseconds(took, digits=1))
    p99 = percentile(took, 0.99) * 1000
    return Report(
        [Table(("add to findable, ms", "films", *PERCENTILES), [row])],
        [at_most("add to findable, p99", p99, targets_for(films).findable_p99_ms, " ms")],
    )


async def _measure(data_dir: Path) -> list[float]:
    services = build_services(Settings(data_dir=data_dir))
    follower = services.follower(services.rebuilder.rebuild)
    caught_up = asyncio.Event()
    following = asyncio.create_task(follower.run(caught_up.set))
    await caught_up.wait()
    try:
        movies = await services.movies.documents(range(1, 4 * FILMS))
        own = [movie for movie in movies if await _finds(services, _query(movie), movie.id)]
        return [await _add_again(services, movie) for movie in own[:FILMS]]
    finally:
        follower.stop()
        await following
        await services.close()


async def _add_again(services: Services, movie: Movie) -> float:
    await services.movies.delete(movie.id)
    fields = msgspec.structs.asdict(movie)
    del fields["id"]
    added = await services.movies.add(NewMovie(**fields))
    committed = perf_counter()
    query = _query(movie)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not await _finds(services, query, added.id):  # noqa: ASYNC110 -- what a caller has to do
            await asyncio.sleep(0.001)
    return perf_counter() - committed


def _query(movie: Movie) -> SearchQuery:
    return SearchQuery(f"{movie.name} {movie.director or ''}".strip(), _ASKED)


async def _finds(services: Services, query: SearchQuery, movie_id: int) -> bool:
    try:
        answer = await services.search.search(query)
    except NothingFound:
        return False
    return any(movie.id == movie_id for movie in answer.decoded())

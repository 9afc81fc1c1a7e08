"""How long after its commit a film is found: real films are deleted and added again, one after another."""

import asyncio
from pathlib import Path
from time import perf_counter

import msgspec

from catalogue import percentile
from cinedex.app import Services, build_services
from cinedex.movies.models import Movie, NewMovie
from cinedex.search.models import SearchQuery
from cinedex.search.service import NothingFound
from cinedex.settings import Settings

FILMS = 200
_MOST_ASKED = 100


def run(data_dir: Path) -> None:
    """Print the time from commit to found."""
    took = asyncio.run(_time(data_dir))
    figures = (percentile(took, share) * 1000 for share in (0.5, 0.95, 0.99, 1.0))
    print("\nadd to findable, ms    films    p50    p95    p99    max")
    print(f"{'':<20} {len(took):>7}", *(f"{figure:>6.1f}" for figure in figures))


async def _time(data_dir: Path) -> list[float]:
    services = build_services(Settings(data_dir=data_dir))
    follower = services.follower
    caught_up = asyncio.Event()
    following = asyncio.create_task(follower.run(caught_up.set))
    await caught_up.wait()
    try:
        movies = await services.movies.documents(range(1, FILMS + 1))
        return [await _add_again(services, movie) for movie in movies]
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
    query = SearchQuery(f"{movie.name} {movie.director or ''}".strip(), _MOST_ASKED)
    while not await _finds(services, query, added.id):  # noqa: ASYNC110 -- what a caller has to do
        await asyncio.sleep(0.001)
    return perf_counter() - committed


async def _finds(services: Services, query: SearchQuery, movie_id: int) -> bool:
    try:
        answer = await services.search.search(query)
    except NothingFound:
        return False
    return f'"id":{movie_id},'.encode() in answer.movies

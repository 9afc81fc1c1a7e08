"""What a search costs from the process's own cache, from a shared one, and from the index: `shared_cache.py URL`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import catalogue
import page
from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.cache.redis_cache import RedisCache
from cinedex.movies.models import NewMovie
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.models import SearchQuery
from cinedex.search.service import NothingFound, SearchService
from cinedex.services import build_services
from cinedex.settings import Settings, read_settings
from corpus import default_films, read_corpus
from figures import PERCENTILES, Report, Table, milliseconds, percentile
from queries import unique_texts

QUERIES = 3000
AT_ONCE = 16

Seconds = dict[str, list[float]]


def main() -> None:
    settings = read_settings({"CINEDEX_CACHE_URL": sys.argv[1]})
    with catalogue.data_folder() as data_dir:
        films = read_corpus(default_films()).films
        catalogue.fill(data_dir, films)
        print(page.render([report(measure(data_dir, films, str(settings.cache_url)))]))


def measure(data_dir: Path, films: Sequence[NewMovie], url: str) -> Seconds:
    """Search for the same texts with nothing kept, with all of it in the Redis at `url`, and in the process."""
    return asyncio.run(_measure(data_dir, unique_texts(films, QUERIES), url))


def report(seconds: Seconds) -> Report:
    """Return the percentiles of each, and how much longer than in the process it takes."""
    near = percentile(seconds["in the process"], 0.5)
    rows = [
        (name, *milliseconds(taken, digits=3), f"{percentile(taken, 0.5) / near:.0f}")
        for name, taken in seconds.items()
    ]
    return Report([Table(("a search, ms", *PERCENTILES, "p50, times in the process"), rows)])


async def _measure(data_dir: Path, texts: Sequence[str], url: str) -> Seconds:
    settings = Settings(data_dir=data_dir)
    services = build_services(settings)
    # Keys hold the generation's name, so nothing of another run is found.
    engine, shared = TantivyEngine(settings.index_dir), RedisCache(url, "bench:", 60)
    near = SearchService(engine, MemoryCache(1_000_000_000), services.movies)
    far = SearchService(engine, MemoryCache(0), services.movies, shared)
    try:
        taken = {
            "from the index, and into Redis": [await _timed(far, text) for text in texts],
            "from Redis": [await _timed(far, text) for text in texts],
            f"from Redis, {AT_ONCE} at once": await _at_once(lambda text: _timed(far, text), texts),
            "from the index": [await _timed(near, text) for text in texts],
            "in the process": [await _timed(near, text) for text in texts],
        }
    finally:
        await near.close()
        await far.close()
        await services.close()
    return taken


async def _at_once(time: Callable[[str], Awaitable[float]], texts: Sequence[str]) -> list[float]:
    waiting, taken = iter(texts), []

    async def work() -> None:
        for text in waiting:
            taken.append(await time(text))  # noqa: PERF401 -- others take from the same list

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return taken


async def _timed(service: SearchService, text: str) -> float:
    started = perf_counter()
    with suppress(NothingFound):
        await service.search(SearchQuery(text))
    return perf_counter() - started


if __name__ == "__main__":
    main()

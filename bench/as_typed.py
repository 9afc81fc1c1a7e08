"""Searches as people type them, through the service with its cache: how often the cache knows the answer."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import msgspec

from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.movies.models import NewMovie
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.models import SearchQuery
from cinedex.search.service import NothingFound, SearchService
from cinedex.services import build_services
from cinedex.settings import Settings
from figures import PERCENTILES, Report, Table, milliseconds
from typing_log import typed_searches

PEOPLE = 1000


class Search(msgspec.Struct, frozen=True):
    """What became of one search."""

    seconds: float
    is_hit: bool


def measure(data_dir: Path, films: Sequence[NewMovie]) -> list[Search]:
    """Search for all that a thousand people type, one search after another."""
    return asyncio.run(_measure(data_dir, films))


def report(searches: Sequence[Search]) -> Report:
    """Return how many searches the cache answered, and the percentiles with it and without."""
    hits = [one.seconds for one in searches if one.is_hit]
    misses = [one.seconds for one in searches if not one.is_hit]
    named = {
        "all": [*hits, *misses],
        "from the cache": hits,
        "from the index": misses,
    }
    rows = [
        (name, f"{len(times):,}", f"{len(times) / len(searches):.0%}", *milliseconds(times, digits=3))
        for name, times in named.items()
    ]
    caption = f"{PEOPLE:,} people type the names of films, chosen by Zipf's law over votes, letter by letter:"
    return Report([Table(("service and cache, ms", "searches", "share", *PERCENTILES), rows, caption)])


class _Watched(MemoryCache):
    """Remembers whether it knew what it was asked last."""

    is_hit = False

    async def get(self, key: str) -> bytes | None:
        found = await super().get(key)
        self.is_hit = found is not None
        return found


async def _measure(data_dir: Path, films: Sequence[NewMovie]) -> list[Search]:
    settings = Settings(data_dir=data_dir)
    services = build_services(settings)
    cache = _Watched(settings.cache_megabytes * 1_000_000)
    service = SearchService(TantivyEngine(settings.index_dir), cache, services.movies)
    searches = []
    try:
        for text in typed_searches(films, PEOPLE):
            started = perf_counter()
            with suppress(NothingFound):
                await service.search(SearchQuery(text))
            searches.append(Search(perf_counter() - started, cache.is_hit))
    finally:
        await service.close()
        await services.close()
    return searches

"""How long the engine takes for a query, by kind of query, in the process and uncached."""

import asyncio
from collections import defaultdict
from itertools import chain
from pathlib import Path
from time import perf_counter

from catalogue import Query, percentile
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.models import SearchQuery
from cinedex.settings import Settings

WARM_UP = 300


def run(data_dir: Path, queries: list[Query]) -> None:
    """Print a table of milliseconds by kind of query."""
    took = asyncio.run(_time(data_dir, queries))
    print("\nengine, ms        queries    p50    p95    p99    max")
    everything = list(chain.from_iterable(took.values()))
    for kind, times in [*sorted(took.items()), ("all", everything)]:
        figures = (percentile(times, share) * 1000 for share in (0.5, 0.95, 0.99, 1.0))
        print(f"{kind:<16} {len(times):>8}", *(f"{figure:>6.2f}" for figure in figures))


async def _time(data_dir: Path, queries: list[Query]) -> dict[str, list[float]]:
    engine = TantivyEngine(Settings(data_dir=data_dir).index_dir)
    took: dict[str, list[float]] = defaultdict(list)
    try:
        for query in queries[:WARM_UP]:
            await engine.search(SearchQuery(query.query))
        for query in queries:
            started = perf_counter()
            await engine.search(SearchQuery(query.query))
            took[query.kind].append(perf_counter() - started)
    finally:
        engine.close()
    return took

"""How long the engine takes for a query, by kind of query, in the process and uncached, and what it finds."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import msgspec

from cinedex.movies.models import new_movie
from cinedex.movies.schemas import MovieBody
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.evaluation.scoring import Outcome, table
from cinedex.search.models import Filters, SearchQuery
from cinedex.settings import Settings
from corpus import Corpus
from figures import PERCENTILES, Report, Table, at_most, milliseconds, percentile
from targets import targets_for

WARM_UP = 300

# As people set them, one alone and all together.
FILTERS = {
    "genre": Filters(genres=("Drama",)),
    "year": Filters(year_from=1990, year_to=1999),
    "score": Filters(score_from=7.0),
    "genre, year and score": Filters(genres=("Drama",), year_from=1990, year_to=1999, score_from=7.0),
}


class Timed(msgspec.Struct, frozen=True):
    """What became of the queries, and the seconds that they took with each of the filters."""

    outcomes: list[Outcome]
    filtered: dict[str, list[float]]

    @property
    def seconds(self) -> list[float]:
        """How long each query took without filters."""
        return [outcome.seconds for outcome in self.outcomes]


def measure(data_dir: Path, corpus: Corpus) -> Timed:
    """Ask each query once, after some to warm up, and then with each of the filters."""
    engine = TantivyEngine(Settings(data_dir=data_dir).index_dir)
    try:
        return asyncio.run(_measure(engine, corpus))
    finally:
        engine.close()


def report(timed: Timed, films: int) -> Report:
    """Return percentiles and relevance by kind of query, and percentiles by filter."""
    targets = targets_for(films)
    half = percentile(timed.seconds, 0.5)
    with_all = percentile(timed.filtered["genre, year and score"], 0.5)
    return Report(
        [_kinds(timed.outcomes), _filters(timed)],
        [
            at_most("engine, uncached, p50", half * 1000, targets.search_p50_ms, " ms"),
            at_most(
                "engine, uncached, p99", percentile(timed.seconds, 0.99) * 1000, targets.search_p99_ms, " ms"
            ),
            at_most("with genre, year and score, p50", with_all / half, targets.filtered_times, " ×"),
        ],
    )


def identity_key(answer: bytes | msgspec.Raw) -> str:
    """Return the identity key of a film as it is answered."""
    film = msgspec.json.decode(answer, type=MovieBody)
    return new_movie(name=film.name, director=film.director, year=film.year).identity_key


def _kinds(outcomes: Sequence[Outcome]) -> Table:
    times = {
        row.kind: [one.seconds for one in outcomes if row.kind in {one.query.kind, "macro"}]
        for row in table(outcomes)
    }
    rows = [
        (
            "all; relevance: mean of the kinds" if row.kind == "macro" else row.kind,
            f"{row.queries:,}",
            *milliseconds(times[row.kind]),
            f"{row.score:.3f}",
        )
        for row in table(outcomes)
    ]
    return Table(("engine, in the process, uncached, ms", "queries", *PERCENTILES, "relevance"), rows)


def _filters(timed: Timed) -> Table:
    half = percentile(timed.seconds, 0.5)
    rows = [
        (name, *milliseconds(seconds), f"{percentile(seconds, 0.5) / half:.2f}")
        for name, seconds in {"no filter": timed.seconds, **timed.filtered}.items()
    ]
    return Table(("the same queries with filters, ms", *PERCENTILES, "p50, times unfiltered"), rows)


async def _measure(engine: TantivyEngine, corpus: Corpus) -> Timed:
    for query in corpus.queries[:WARM_UP]:
        await engine.search(SearchQuery(query.query))
    outcomes = []
    for query in corpus.queries:
        started = perf_counter()
        found = await engine.search(SearchQuery(query.query))
        seconds = perf_counter() - started
        outcomes.append(corpus.judge(query, [identity_key(hit.answer) for hit in found.hits], seconds))
    filtered = {
        name: [await _seconds(engine, SearchQuery(query.query, filters=filters)) for query in corpus.queries]
        for name, filters in FILTERS.items()
    }
    return Timed(outcomes, filtered)


async def _seconds(engine: TantivyEngine, query: SearchQuery) -> float:
    started = perf_counter()
    await engine.search(query)
    return perf_counter() - started

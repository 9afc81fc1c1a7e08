"""The first searches, made before anybody asks: a search cluster whose nodes have just started answers them slowly."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import msgspec
import structlog

from cinedex.search.models import Filters, Listing, SearchQuery, Sort
from cinedex.search.port import IndexUnavailable, SearchEngine

WARM_UP_SECONDS = 8.0
"""So long it takes at most, whatever the cluster does."""

_FILMS, _SHORTEST = 24, 2
_AT_ONCE, _MOST_FAILURES = 4, 8

log = structlog.get_logger()


class _Film(msgspec.Struct):
    name: str
    director: str | None


async def warm_up(engine: SearchEngine) -> int:
    """Look for well-known films in all the ways that people do; return how many searches were answered.

    Ends when that is done, when the time is over, or when nothing is answered: nobody waits for an index that is
    not there.
    """
    answered = 0
    try:
        async with asyncio.timeout(WARM_UP_SECONDS):
            page = await engine.list(Listing(None, sort=Sort.POPULARITY, limit=_FILMS))
            films = [msgspec.json.decode(hit.answer, type=_Film) for hit in page.hits]
            calls = [call for film in films if len(film.name) > _SHORTEST for call in _calls(engine, film)]
            failed = 0
            for at in range(0, len(calls), _AT_ONCE):
                some = calls[at : at + _AT_ONCE]
                outcomes = await asyncio.gather(*(call() for call in some), return_exceptions=True)
                failures = sum(isinstance(outcome, BaseException) for outcome in outcomes)
                answered += len(some) - failures
                failed += failures
                if failed >= _MOST_FAILURES:
                    break
    except (TimeoutError, IndexUnavailable):
        pass
    log.info("warmed up", searches=answered)
    return answered


def _calls(engine: SearchEngine, film: _Film) -> Iterator[Callable[[], Awaitable[object]]]:
    """Yield searches that find a film, by each kind of look-up."""
    name, director = film.name, film.director or film.name
    half = len(name) // 2
    some = Filters(year_from=1900, score_from=1)
    for query in (
        SearchQuery(name),
        SearchQuery(name[: half + 1]),
        SearchQuery(name[:half] + name[half + 1 :]),
        SearchQuery(director),
        SearchQuery(f"{name} {director}", filters=some),
    ):
        yield partial(engine.search, query)
    yield partial(engine.suggest, name[: half + 1], 8)
    yield partial(engine.list, Listing(name, some, limit=20))

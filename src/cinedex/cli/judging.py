"""Films and answers for `cinedex eval`: read a corpus or the own catalogue, and search each query in it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from rich.progress import Progress

from cinedex.foundation import migrations
from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.schemas import MovieBody
from cinedex.search.evaluation.queries import JudgedQuery
from cinedex.search.evaluation.scoring import TOP, Outcome
from cinedex.search.models import SearchQuery
from cinedex.search.port import IndexUnavailable
from cinedex.search.service import NothingFound, SearchUnavailable
from cinedex.services import Services, build_services
from cinedex.settings import Settings

_BATCH = 2000


class Answered(NamedTuple):
    """What became of a query, and the films found."""

    outcome: Outcome
    found: Sequence[MovieBody]


def read_corpus(path: Path, progress: Progress) -> tuple[dict[int, NewMovie], int]:
    """Return the films of a file by line, from 0 and without empty ones, and how many lines hold no film.

    Raises UnreadableFile.
    """
    films: dict[int, NewMovie] = {}
    lines = 0
    with MovieFile(path) as file:
        bar = progress.add_task(f"reading {path.name}", total=file.size)
        for entry in file:
            if isinstance(entry, NewMovie):
                films[lines] = entry
            lines += 1
            if not lines % _BATCH:
                progress.update(bar, completed=file.position)
        progress.update(bar, completed=file.size)
    return films, lines - len(films)


async def read_catalogue(settings: Settings) -> dict[int, NewMovie]:
    """Return the films of the catalogue of `settings` by id."""
    async with _opened(settings) as services:
        return {movie.id: movie async for batch in services.movies.stream() for movie in batch}


def judge_corpus(
    films: Mapping[int, NewMovie], queries: Sequence[JudgedQuery], progress: Progress
) -> list[Answered]:
    """Search the queries, whose films are named by line, in a catalogue of these films alone.

    It lies in a folder of its own, which is removed afterwards.
    """

    async def run(settings: Settings) -> list[Answered]:
        async with _opened(settings) as services:
            await _fill(services, films.values(), progress)
            by_key = {
                movie.identity_key: movie.id async for batch in services.movies.stream() for movie in batch
            }
            # A corpus may hold a film twice; the catalogue has it once.
            ids = {line: by_key[film.identity_key] for line, film in films.items()}
            return await _judge(services, ids, queries, progress)

    with TemporaryDirectory(prefix="cinedex-eval-") as folder:
        return asyncio.run(run(Settings(data_dir=Path(folder), cache_megabytes=0)))


async def judge_catalogue(
    settings: Settings, films: Mapping[int, NewMovie], queries: Sequence[JudgedQuery], progress: Progress
) -> list[Answered]:
    """Search the queries, whose films are named by id, in the catalogue of `settings`. Raises IndexUnavailable."""
    async with _opened(settings) as services:
        return await _judge(services, {number: number for number in films}, queries, progress)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Services]:
    services = build_services(settings)
    try:
        await migrations.upgrade(services.database)
        yield services
    finally:
        await services.close()


async def _fill(services: Services, films: Iterable[NewMovie], progress: Progress) -> None:
    bar = progress.add_task("loading", total=None)
    rest = iter(films)
    while batch := list(islice(rest, _BATCH)):
        await services.movies.load(batch)
        progress.advance(bar, len(batch))
    bar = progress.add_task("indexing", total=None)
    await services.rebuilder.rebuild(lambda done, total: progress.update(bar, completed=done, total=total))


async def _judge(
    services: Services, ids: Mapping[int, int], queries: Sequence[JudgedQuery], progress: Progress
) -> list[Answered]:
    answered = []
    for query in progress.track(queries, description="searching"):
        started = perf_counter()
        found = await _found(services, query.query)
        seconds = perf_counter() - started
        wanted = frozenset(ids[number] for number in query.want)
        answered.append(Answered(Outcome(query, wanted, tuple(film.id for film in found), seconds), found))
    return answered


async def _found(services: Services, text: str) -> Sequence[MovieBody]:
    try:
        answer = await services.search.search(SearchQuery(text, TOP))
    except NothingFound:
        return []
    except SearchUnavailable as error:
        raise IndexUnavailable(str(error)) from error
    if answer.is_degraded:
        raise IndexUnavailable("only the database answers")
    return answer.decoded()

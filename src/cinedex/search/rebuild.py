"""A new generation of the index, built beside the live one while that goes on serving."""

from collections.abc import Callable, Sequence

import structlog

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.movies.service import MovieService
from cinedex.search.indexer import Indexer, Refused, commit, stage
from cinedex.search.models import Mark
from cinedex.search.port import IndexUnavailable, IndexWriter, SearchIndex
from cinedex.search.standing import Tiers, prominence, rank_of, tiers_of

Progress = Callable[[int, int], None]
"""Told how many films were read, and how many there are."""

_SAMPLE = 5000

log = structlog.get_logger()


def _say_nothing(_done: int, _total: int) -> None:
    """Report no progress."""


class Rebuilder:
    """Builds generations from the database."""

    def __init__(self, database: Database, movies: MovieService, index: SearchIndex) -> None:
        self._database = database
        self._movies = movies
        self._index = index

    async def rebuild(self, progress: Progress = _say_nothing) -> str:
        """Build a generation of the whole catalogue, replay what changed meanwhile, and make it the live one.

        Returns the generation's name. Raises IndexUnavailable when another rebuild is running, the index cannot
        be written, or the new generation does not hold what the database holds: the live one then stays.
        """
        writer = await self._index.create(await self._movies.catalogue_uid(), await self._tiers())
        generation = writer.mark.generation
        indexer = Indexer(self._database, self._movies)
        try:
            try:
                refused = await self._fill(writer, progress)
                if writer.sets_aside:
                    await self._note_set_aside(refused)
                else:
                    indexer.leave_out(refused)
                await indexer.catch_up(writer)
            finally:
                # Closed before its files are removed: an open writer would add new ones.
                await writer.close()
            await self._check(writer.mark, await indexer.count_missing(writer))
            await self._index.publish(generation)
        except BaseException:
            await self._index.discard(generation)
            raise
        log.info("published", generation=generation, position=writer.mark.position)
        return generation

    async def _tiers(self) -> Tiers:
        sample = await self._movies.sample(_SAMPLE)
        return tiers_of([rank_of(prominence(one), one.id) for one in sample], await self._movies.count())

    async def _fill(self, writer: IndexWriter, progress: Progress) -> list[Refused]:
        """Write all films; return those that could not be indexed."""
        async with self._database.reading() as connection:
            # Noted before the films are read: what changes from here on is replayed.
            position = await outbox.last_position(connection)
        total = await self._movies.count()
        done = 0
        refused: list[Refused] = []
        progress(done, total)
        async for batch in self._movies.stream():
            refused += await stage(writer, batch)
            done += len(batch)
            progress(done, max(done, total))
        while late := await commit(writer, position):
            refused.append(late)
        return refused

    async def _note_set_aside(self, refused: Sequence[Refused]) -> None:
        """Note once more the films that are set aside, or were: the replay tells which of them still are."""
        async with self._database.reading() as connection:
            parked = {one.subject_id for one in await outbox.parked(connection)}
        if again := sorted(parked.union(one.movie_id for one in refused)):
            async with self._database.transaction() as connection:
                await outbox.append(connection, outbox.MOVIE, again)

    async def _check(self, mark: Mark, missing: int) -> None:
        """Compare the count with the database's, unless the catalogue has moved on since."""
        held = await self._index.count(mark.generation)
        count = await self._movies.count()
        async with self._database.reading() as connection:
            # Asked after the count: what had not changed by now had not changed then.
            unchanged = await outbox.last_position(connection) == mark.position
        if unchanged and not count - missing <= held <= count:
            raise IndexUnavailable(f"the new generation holds {held} films, the database {count}")

"""A new generation of the index, built beside the live one while that goes on serving."""

from collections.abc import Callable

import structlog

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.movies.service import MovieService
from cinedex.search.indexer import Indexer, stage
from cinedex.search.port import IndexUnavailable, IndexWriter, SearchIndex

Progress = Callable[[int, int], None]
"""Told how many films were read, and how many there are."""

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
        writer = await self._index.create(await self._movies.catalogue_uid())
        generation = writer.mark.generation
        try:
            try:
                refused = await self._fill(writer, progress)
                await Indexer(self._database, self._movies).catch_up(writer)
            finally:
                # Closed before its files are removed: an open writer would add new ones.
                await writer.close()
            await self._check(generation, writer.mark.position, refused)
            await self._index.publish(generation)
        except BaseException:
            await self._index.discard(generation)
            raise
        log.info("published", generation=generation, position=writer.mark.position)
        return generation

    async def _fill(self, writer: IndexWriter, progress: Progress) -> int:
        """Write all films; return how many could not be indexed."""
        async with self._database.reading() as connection:
            # Noted before the films are read: what changes from here on is replayed.
            position = await outbox.last_position(connection)
        total = await self._movies.count()
        done = refused = 0
        progress(done, total)
        async for batch in self._movies.stream():
            left_out = await stage(writer, batch)
            for one in left_out:
                log.error("left out", movie_id=one.movie_id, reason=one.reason)
            refused += len(left_out)
            done += len(batch)
            progress(done, max(done, total))
        await writer.commit(position)
        return refused

    async def _check(self, generation: str, position: int, refused: int) -> None:
        """Compare the count with the database's, unless the catalogue has moved on since."""
        held = len(await self._index.digests(generation))
        async with self._database.reading() as connection:
            unchanged = await outbox.last_position(connection) == position
            parked = len({one.subject_id for one in await outbox.parked(connection)})
        count = await self._movies.count()
        if unchanged and held < count - max(refused, parked):
            raise IndexUnavailable(f"the new generation holds {held} films, the database {count}")

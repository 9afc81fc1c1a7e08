"""The follower: brings what changed in the catalogue into the index, in order, and never loses its place.

It reads the outbox after the position that is stored in the index itself, applies what it finds, and commits
films and position together. Killed at any moment, it repeats at most what the index already holds.
"""

from collections.abc import Iterable, Sequence

import msgspec
import structlog

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.movies.models import Movie
from cinedex.movies.service import MovieService
from cinedex.search.models import MovieDocument
from cinedex.search.port import DocumentRefused, IndexWriter

BATCH = 2000

log = structlog.get_logger()


class Refused(msgspec.Struct, frozen=True):
    """A film that cannot be indexed, and why."""

    movie_id: int
    reason: str


class Indexer:
    """Applies the outbox to one generation."""

    def __init__(self, database: Database, movies: MovieService) -> None:
        self._database = database
        self._movies = movies
        self._left_out: set[int] = set()

    async def catch_up(self, writer: IndexWriter) -> int:
        """Apply all that waits in the outbox; return how many changes that were.

        A film that cannot be indexed is parked where the index sets aside, and the others go on. Raises
        IndexUnavailable, DatabaseUnavailable and HistoryGone; what was committed until then stays.
        """
        park = self._park if writer.sets_aside else self._leave_out
        applied = 0
        while entries := await self._waiting(writer.mark.position):
            ids = sorted({entry.subject_id for entry in entries})
            movies = await self._movies.documents(ids)
            refused = await stage(writer, movies, deletes=sorted(set(ids) - {movie.id for movie in movies}))
            # Parked before the position moves: killed in between, the film is refused and parked again.
            await park(entries, refused)
            while late := await commit(writer, entries[-1].id):
                refused.append(late)
                await park(entries, refused)
            applied += len(entries)
        return applied

    async def count_missing(self, writer: IndexWriter) -> int:
        """Return how many films the index does not have as they are, since it cannot take them."""
        if not writer.sets_aside:
            return len(self._left_out)
        async with self._database.reading() as connection:
            return len(await outbox.parked(connection))

    def leave_out(self, refused: Iterable[Refused]) -> None:
        """Note films that an index cannot take which does not set aside."""
        for one in refused:
            if one.movie_id not in self._left_out:
                log.error("left out", movie_id=one.movie_id, reason=one.reason)
                self._left_out.add(one.movie_id)

    async def _leave_out(self, entries: Sequence[outbox.Entry], refused: Sequence[Refused]) -> None:
        self._left_out -= {entry.subject_id for entry in entries} - {one.movie_id for one in refused}
        self.leave_out(refused)

    async def _waiting(self, position: int) -> list[outbox.Entry]:
        async with self._database.reading() as connection:
            return await outbox.read_after(connection, position, BATCH)

    async def _park(self, entries: Sequence[outbox.Entry], refused: Sequence[Refused]) -> None:
        newest = {entry.subject_id: entry.id for entry in entries}
        async with self._database.reading() as connection:
            were_parked = newest.keys() & {one.subject_id for one in await outbox.parked(connection)}
        if not refused and not were_parked:
            return
        async with self._database.transaction() as connection:
            await outbox.unpark(connection, sorted(were_parked))
            for one in refused:
                log.error("parked", movie_id=one.movie_id, reason=one.reason)
                await outbox.park(connection, newest[one.movie_id], one.reason)


async def stage(writer: IndexWriter, movies: Sequence[Movie], deletes: Sequence[int] = ()) -> list[Refused]:
    """Stage films and deletions, leaving out films that cannot be indexed; return those.

    Raises IndexUnavailable.
    """
    refused: dict[int, Refused] = {}
    documents: list[MovieDocument] = []
    for movie in movies:
        try:
            documents.append(MovieDocument.of(movie))
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with one film must not stop all others
            refused[movie.id] = Refused(movie.id, repr(error))
    while True:
        try:
            await writer.stage([one for one in documents if one.id not in refused], deletes)
        except DocumentRefused as error:
            refused[error.movie_id] = Refused(error.movie_id, error.reason)
        else:
            return list(refused.values())


async def commit(writer: IndexWriter, position: int) -> Refused | None:
    """Commit; return a film that the index refused only now, None when all is committed.

    Raises IndexUnavailable.
    """
    try:
        await writer.commit(position)
    except DocumentRefused as error:
        return Refused(error.movie_id, error.reason)
    return None

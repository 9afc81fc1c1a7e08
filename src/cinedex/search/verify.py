"""Does the index hold exactly what the database holds? Film by film, by digests of all that went in."""

import asyncio

import msgspec

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.movies.service import MovieService
from cinedex.search.models import digest
from cinedex.search.port import SearchIndex

_ROUNDS = 20
_PAUSE_SECONDS = 0.1


class Difference(msgspec.Struct, frozen=True):
    """Where index and database disagree, by movie id; `waiting` counts changes not yet applied."""

    missing: tuple[int, ...]
    outdated: tuple[int, ...]
    surplus: tuple[int, ...]
    waiting: int

    @property
    def is_none(self) -> bool:
        """Whether index and database agree."""
        return not (self.missing or self.outdated or self.surplus or self.waiting)


class Verifier:
    """Compares the live generation with the database."""

    def __init__(self, database: Database, movies: MovieService, index: SearchIndex) -> None:
        self._database = database
        self._movies = movies
        self._index = index

    async def verify(self) -> Difference:
        """Return what differs, after giving a running follower two seconds to apply what waits.

        Raises IndexUnavailable and DatabaseUnavailable.
        """
        difference = await self._compare()
        for _ in range(_ROUNDS):
            if difference.is_none:
                break
            await asyncio.sleep(_PAUSE_SECONDS)
            difference = await self._compare()
        return difference

    async def _compare(self) -> Difference:
        status = await self._index.status()
        held = await self._index.digests()
        wanted = {movie.id: digest(movie) async for batch in self._movies.stream() for movie in batch}
        async with self._database.reading() as connection:
            waiting = await outbox.count_after(connection, status.mark.position if status else 0)
        return Difference(
            missing=tuple(sorted(wanted.keys() - held.keys())),
            outdated=tuple(sorted(one for one in wanted.keys() & held.keys() if wanted[one] != held[one])),
            surplus=tuple(sorted(held.keys() - wanted.keys())),
            waiting=waiting,
        )

"""Following the catalogue for as long as the service runs: one leader, the live generation, no way to stop for good."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from cinedex.foundation import outbox
from cinedex.foundation.child import ChildEnded
from cinedex.foundation.database import Database, DatabaseUnavailable
from cinedex.foundation.leading import IsHeld, Lead, LedElsewhere
from cinedex.movies.service import MovieService
from cinedex.search.indexer import Indexer
from cinedex.search.port import IndexDamaged, IndexUnavailable, IndexWriter, SearchIndex

Build = Callable[[], Coroutine[Any, Any, object]]
"""Builds a new generation and makes it the live one, or raises."""

_PAUSE_SECONDS = 0.5
# So soon a generation that somebody else published is gone over to.
_IDLE_SECONDS = 0.05
# So long may it take to notice that what was away is back.
_LONGEST_PAUSE_SECONDS = 4.0

log = structlog.get_logger()


class Follower:
    """Keeps the index in step with the catalogue. Among several, the one that holds the lead works."""

    def __init__(
        self, database: Database, movies: MovieService, index: SearchIndex, build: Build, lead: Lead
    ) -> None:
        self._database = database
        self._movies = movies
        self._index = index
        self._build = build
        self._lead = lead
        self._stopping = asyncio.Event()
        self._pause = _PAUSE_SECONDS
        self.is_leading = False
        """Whether this is the one that works."""

    async def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Follow until `stop`.

        `on_ready` is called each time that nothing waits any more, while somebody else leads, and after a
        failure. Any failure is logged and tried again, with growing pauses.
        """
        while not self._stopping.is_set():
            try:
                async with self._lead.hold() as is_held:
                    self.is_leading = True
                    await self._follow(on_ready, is_held)
            except LedElsewhere:
                # Somebody else leads; take over when they stop.
                on_ready()
                await self._rest(_PAUSE_SECONDS)
            except Exception as error:
                is_expected = isinstance(error, IndexUnavailable | DatabaseUnavailable | ChildEnded | OSError)
                log.warning(
                    "follower failed, will try again",
                    reason=str(error),
                    seconds=self._pause,
                    exc_info=not is_expected,
                )
                # Nobody who starts should wait for this: the database answers meanwhile.
                on_ready()
                await self._rest(self._pause)
                self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
            finally:
                self.is_leading = False

    def stop(self) -> None:
        """End `run` soon, after what it is applying now; a build is given up."""
        self._stopping.set()

    async def _follow(self, on_ready: Callable[[], None], is_held: IsHeld) -> None:
        """Follow with the writer of the live generation until that is not the live one, `stop`, or the lead is lost."""
        async with self._database.changes() as signal:
            writer = await self._open()
            if writer is None:
                return
            indexer = Indexer(self._database, self._movies)
            has_changed = True
            try:
                while await self._is_on(writer.mark.generation, is_held):
                    if has_changed:
                        try:
                            await indexer.catch_up(writer)
                        except outbox.HistoryGone:
                            # Noticed at once when the generation is opened again.
                            return
                        self._pause = _PAUSE_SECONDS
                        on_ready()
                    has_changed = await signal.wait(_IDLE_SECONDS, self._stopping)
            finally:
                await writer.close()

    async def _is_on(self, generation: str, is_held: IsHeld) -> bool:
        return not self._stopping.is_set() and is_held() and await self._index.is_live(generation)

    async def _open(self) -> IndexWriter | None:
        """Open the live generation, built anew where there is none that fits; None when stopped meanwhile."""
        uid = await self._movies.catalogue_uid()
        try:
            writer = await self._index.open_live(uid)
        except IndexDamaged as error:
            log.warning("index damaged, building it anew", reason=str(error))
            writer = None
        if writer is not None:
            async with self._database.reading() as connection:
                goes_on = await outbox.goes_on_from(connection, writer.mark.position)
            if goes_on:
                return writer
            # The database is older than the index, put back from a backup; or this one slept for too long.
            log.warning("the outbox does not lead on from here", position=writer.mark.position)
            await writer.close()
        if not await self._has_built():
            return None
        rebuilt = await self._index.open_live(uid)
        if rebuilt is None:
            raise IndexUnavailable("the generation just built cannot be opened")
        return rebuilt

    async def _has_built(self) -> bool:
        """Build a generation, and return whether that came to its end before `stop`."""
        building = asyncio.create_task(self._build())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([building, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            building.cancel()
            # A build that is given up cleans up first.
            await asyncio.wait([building])
        if building.cancelled():
            return False
        building.result()
        return True

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass

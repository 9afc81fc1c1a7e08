"""The read side of the index in a cluster: each search asks the generation that was the live one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import structlog

from cinedex.search.engines.cluster.names import is_readable
from cinedex.search.engines.cluster.schema import POSITION
from cinedex.search.engines.cluster.shelf import ClusterShelf, Known, genres_of
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.finding.listing import list_page
from cinedex.search.finding.no_words import NoWords
from cinedex.search.finding.port import WordList, WordSource, WordsUnreadable
from cinedex.search.finding.searching import find
from cinedex.search.finding.suggesting import suggest
from cinedex.search.models import NO_FILTERS, Filters, Found, Listing, Mark, Page, SearchQuery, Suggestion
from cinedex.search.port import IndexUnavailable

T = TypeVar("T")

_MARK_SECONDS = 0.01
_LONGEST_CAUSE = 200

log = structlog.get_logger()


class ClusterEngine:
    """Reads the live generation; see `port.SearchEngine`. Which words there are is told by `words`."""

    def __init__(self, cluster: Cluster, words: WordSource) -> None:
        self._cluster = cluster
        self._words = words
        self._mark: Mark | None = None
        self._mark_until = 0.0
        self._reading: asyncio.Task[Mark] | None = None
        self._known = Known()

    async def mark(self) -> Mark:
        """Return where the index stands, or stood some milliseconds ago: what is found then is never older.

        All who ask while it is being read get the same. Raises IndexUnavailable.
        """
        if self._mark is not None and asyncio.get_running_loop().time() <= self._mark_until:
            return self._mark
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_mark())
            # Whoever asked may have given up.
            self._reading.add_done_callback(lambda reading: reading.cancelled() or reading.exception())
        return await asyncio.shield(self._reading)

    async def search(self, query: SearchQuery) -> Found:
        """Return the films that the query may mean, best first. Raises IndexUnavailable."""
        return await self._made(query.filters, partial(find, query=query))

    async def list(self, listing: Listing) -> Page:
        """Return a page of a list. Raises IndexUnavailable."""
        return await self._made(listing.filters, partial(list_page, listing=listing))

    async def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        """Return films and directors that a half typed text may become. Raises IndexUnavailable."""
        return await self._made(NO_FILTERS, partial(suggest, text=text, limit=limit))

    async def genres(self) -> Sequence[str]:
        """Return the titles of the genres that films are of. Raises IndexUnavailable."""
        mark, known = await self.mark(), self._known
        if known.genres is None:
            known.genres = await genres_of(self._cluster, mark.generation)
        return known.genres

    def close(self) -> None:
        """Let go of the words; the connections are the index's, which closes them."""
        if self._reading is not None:
            self._reading.cancel()
        self._words.close()

    async def _made(self, filters: Filters, make: Callable[[ClusterShelf], Awaitable[T]]) -> T:
        """Return what is made of the live generation; without the list of words where that cannot be read."""
        genres = await self.genres() if filters.genres else ()
        mark, known = await self.mark(), self._known

        def shelf(words: WordList) -> ClusterShelf:
            return ClusterShelf(self._cluster, mark.generation, words, genres, known)

        try:
            with self._words.errors():
                return await make(shelf(self._words.at(mark.position)))
        except WordsUnreadable as error:
            log.warning("list of words not read", cause=str(error)[:_LONGEST_CAUSE])
            return await make(shelf(NoWords()))

    async def _read_mark(self) -> Mark:
        alias = self._cluster.address.name
        # Asked of the alias, one answer tells both, and they belong together.
        answer = await self._cluster.read("GET", f"/{alias}/_doc/{POSITION}?_source=false")
        if not is_readable(alias, answer["_index"]):
            raise IndexUnavailable("the index has the schema of another version")
        mark = Mark(answer["_index"], answer["_version"])
        if mark != self._mark:
            self._mark, self._known = mark, Known()
        self._mark_until = asyncio.get_running_loop().time() + _MARK_SECONDS
        return mark

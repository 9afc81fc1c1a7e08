"""A search engine that is watched: how long its calls take, and how they end."""

from collections.abc import Awaitable, Sequence
from contextlib import nullcontext
from time import perf_counter
from typing import TypeVar

from cinedex.foundation.tally import Tally
from cinedex.foundation.tracing import Tracing
from cinedex.search.models import Found, Listing, Mark, Page, SearchQuery, Suggestion
from cinedex.search.port import IndexUnavailable, SearchEngine

T = TypeVar("T")


class WatchedEngine:
    """Answers as `engine` does; see `port.SearchEngine`. Counts its calls in `tally` and makes spans of them."""

    def __init__(self, engine: SearchEngine, tally: Tally | None, tracing: Tracing | None) -> None:
        self._engine = engine
        self._tally = tally
        self._tracing = tracing
        self.close = engine.close

    async def mark(self) -> Mark:
        """Return where the index stands now. Only failures are counted: each answer from the cache asks for it."""
        try:
            return await self._engine.mark()
        except Exception as error:
            self._count_failure("mark", error)
            raise

    async def search(self, query: SearchQuery) -> Found:
        """Return the films that the query may mean, best first."""
        return await self._watch("search", self._engine.search(query))

    async def list(self, listing: Listing) -> Page:
        """Return a page of a list of films."""
        return await self._watch("list", self._engine.list(listing))

    async def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        """Return what a half typed text may become."""
        return await self._watch("suggest", self._engine.suggest(text, limit))

    async def genres(self) -> Sequence[str]:
        """Return the titles of the genres that films are of."""
        return await self._watch("genres", self._engine.genres())

    async def _watch(self, call: str, answer: Awaitable[T]) -> T:
        started = perf_counter()
        try:
            with self._tracing.span(f"engine {call}") if self._tracing else nullcontext():
                return await answer
        except Exception as error:
            self._count_failure(call, error)
            raise
        finally:
            if self._tally is not None:
                self._tally.engine_calls.note((call,), perf_counter() - started)

    def _count_failure(self, call: str, error: Exception) -> None:
        if self._tally is not None:
            reason = "unavailable" if isinstance(error, IndexUnavailable) else "crash"
            self._tally.failures[call, reason] += 1

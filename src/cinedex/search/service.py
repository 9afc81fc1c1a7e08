"""Searching: the cache, then the index, and the database's titles when there is no index to ask."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from cinedex.foundation.cache.port import Cache
from cinedex.foundation.errors import NotFound, Unavailable
from cinedex.movies.models import Movie
from cinedex.movies.schemas import MovieBody
from cinedex.movies.service import MovieService
from cinedex.search.answers import Facets, ListTail, SearchAnswer, SuggestAnswer, list_body, search_body
from cinedex.search.cursors import write_cursor
from cinedex.search.models import NO_FILTERS, Listing, SearchQuery, Suggestion
from cinedex.search.port import IndexUnavailable, SearchEngine


class NothingFound(NotFound):
    """No film matches."""

    message = "Movie not found"
    code = "movie_not_found"


class SearchUnavailable(Unavailable):
    """The index does not answer, and no title in the database begins with the query."""

    message = "Search cannot be reached now. Please try again."
    code = "search_unavailable"


class Answer(msgspec.Struct, frozen=True):
    """The films found, as the JSON of a `SearchAnswer`, ready to be sent.

    `is_degraded` says that the index did not answer, and the database's titles did.
    """

    body: bytes
    is_degraded: bool = False

    def decoded(self) -> list[MovieBody]:
        """Return the movies as values."""
        return msgspec.json.decode(self.body, type=SearchAnswer).movies


class SearchService:
    """Answers searches, lists films and suggests what a text may become, each from the cache where it can.

    The cache's keys hold the generation and position of the index, so an applied change retires what was
    answered before.
    """

    def __init__(self, engine: SearchEngine, cache: Cache, movies: MovieService) -> None:
        self._engine = engine
        self._cache = cache
        self._movies = movies

    async def search(self, query: SearchQuery) -> Answer:
        """Return the films that a query may mean.

        Raises NothingFound, SearchUnavailable when the index does not answer and the titles tell nothing, and
        DatabaseUnavailable when the database does not answer either.
        """
        try:
            body = await self._kept("search", query, self._find)
        except IndexUnavailable:
            found = await self._by_title(query.text, query.limit, is_honest=query.filters == NO_FILTERS)
            return Answer(search_body(map(_as_json, found), is_degraded=True), is_degraded=True)
        if not body:
            raise NothingFound
        return Answer(body)

    async def list(self, listing: Listing) -> bytes:
        """Return a page of films as the JSON of a `ListAnswer`.

        Raises SearchUnavailable when the index does not answer and the titles tell nothing, or not what was
        asked, and DatabaseUnavailable when the database does not answer either.
        """
        try:
            return await self._kept("list", listing, self._list)
        except IndexUnavailable:
            is_plain = listing == Listing(listing.text, limit=listing.limit)
            found = await self._by_title(listing.text, listing.limit, is_honest=is_plain)
            # How many there are, and of which kinds, is more than the titles tell.
            return list_body(map(_as_json, found), ListTail(None, None, None, degraded=True))

    async def suggest(self, text: str, limit: int) -> bytes:
        """Return what a half typed text may become, as the JSON of a `SuggestAnswer`. Raises as `list`."""
        try:
            return await self._kept("suggest", (text, limit), self._suggest)
        except IndexUnavailable:
            found = await self._by_title(text, limit)
            films = [Suggestion("film", movie.name, id=movie.id, year=movie.year) for movie in found]
            return msgspec.json.encode(SuggestAnswer(films, degraded=True))

    async def is_ready(self) -> bool:
        """Say whether the index answers."""
        try:
            await self._engine.mark()
        except IndexUnavailable:
            return False
        return True

    def close(self) -> None:
        """Let go of the index."""
        self._engine.close()

    async def _find(self, query: SearchQuery) -> bytes:
        hits = (await self._engine.search(query)).hits
        return search_body(hit.answer for hit in hits) if hits else b""

    async def _list(self, listing: Listing) -> bytes:
        page = await self._engine.list(listing)
        tail = ListTail(
            total=page.total,
            facets=Facets.of(page.counts),
            next_cursor=None if page.next is None else write_cursor(listing, page.next),
        )
        return list_body((hit.answer for hit in page.hits), tail)

    async def _suggest(self, asked: tuple[str, int]) -> bytes:
        return msgspec.json.encode(SuggestAnswer(await self._engine.suggest(*asked)))

    async def _kept(self, kind: str, asked: Any, make: Callable[[Any], Awaitable[bytes]]) -> bytes:
        """Return the answer from the cache, or make it and keep it."""
        mark = await self._engine.mark()
        key = f"{kind}:{mark.generation}:{mark.position}:{msgspec.json.encode(asked).decode()}"
        body = await self._cache.get(key)
        if body is None:
            body = await make(asked)
            await self._cache.put(key, body)
        return body

    async def _by_title(self, text: str | None, limit: int, *, is_honest: bool = True) -> Sequence[Movie]:
        """Return films whose titles begin with the text: all that the database tells."""
        found = await self._movies.find_by_title_prefix(text, limit) if text is not None and is_honest else []
        if not found:
            # That there is no such film would be more than anybody knows.
            raise SearchUnavailable(retry_after_seconds=1)
        return found


def _as_json(movie: Movie) -> bytes:
    return msgspec.json.encode(MovieBody.of(movie))

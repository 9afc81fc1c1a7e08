"""Searching: the cache, then the index, and the database's titles when there is no index to ask."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVarTuple

import msgspec

from cinedex.foundation.cache.layered_cache import LayeredCache
from cinedex.foundation.cache.port import Cache
from cinedex.foundation.errors import NotFound, Unavailable
from cinedex.movies.schemas import MovieBody
from cinedex.movies.service import MovieService
from cinedex.search.answers import (
    Facets,
    ListTail,
    MovieFound,
    ReadAs,
    SearchAnswer,
    SearchTail,
    SuggestAnswer,
    list_body,
    search_body,
)
from cinedex.search.cursors import Continued, write_cursor
from cinedex.search.interpreting import Meaning, interpret
from cinedex.search.marking import marked, meant, put_right
from cinedex.search.models import NO_FILTERS, Hit, Listing, Reads, SearchQuery, Sort, Suggestion
from cinedex.search.port import IndexUnavailable, SearchEngine

Asked = TypeVarTuple("Asked")


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

    def decoded(self) -> list[MovieFound]:
        """Return the movies as values."""
        return msgspec.json.decode(self.body, type=SearchAnswer).movies


class SearchService:
    """Answers searches, lists films and suggests what a text may become, each from the cache where it can.

    The cache's keys hold the generation and position of the index, so an applied change retires what was
    answered before. What many ask for at the same time is looked for once.
    """

    def __init__(
        self, engine: SearchEngine, cache: Cache, movies: MovieService, shared_cache: Cache | None = None
    ) -> None:
        self._engine = engine
        self._cache = LayeredCache(cache, shared_cache)
        self._movies = movies

    async def search(self, query: SearchQuery, reads: Reads = Reads.WHERE_IT_HELPS) -> Answer:
        """Return the films that a query may mean, as it stands or with filters read out of it.

        Raises NothingFound, SearchUnavailable when the index does not answer and the titles tell nothing, and
        DatabaseUnavailable when the database does not answer either.
        """
        try:
            body = await self._kept("search", (query, reads), self._find)
        except IndexUnavailable:
            films = await self._by_title(query.text, query.limit, is_honest=query.filters == NO_FILTERS)
            body = search_body(marked(query.text, films), SearchTail(degraded=True))
            return Answer(body, is_degraded=True)
        if not body:
            raise NothingFound
        return Answer(body)

    async def list(self, listing: Listing, reads: Reads = Reads.WHERE_IT_HELPS) -> bytes:
        """Return a page of films as the JSON of a `ListAnswer`.

        Raises SearchUnavailable when the index does not answer and the titles tell nothing, or not what was
        asked, and DatabaseUnavailable when the database does not answer either.
        """
        try:
            return await self._kept("list", (listing, reads), self._list)
        except IndexUnavailable:
            text, is_plain = listing.text or "", listing == Listing(listing.text, limit=listing.limit)
            films = await self._by_title(text, listing.limit, is_honest=is_plain)
            # How many there are, and of which kinds, is more than the titles tell.
            return list_body(marked(text, films), ListTail(None, None, None, degraded=True))

    async def suggest(self, text: str, limit: int) -> bytes:
        """Return what a half typed text may become, as the JSON of a `SuggestAnswer`. Raises as `list`."""
        try:
            return await self._kept("suggest", (text, limit), self._suggest)
        except IndexUnavailable:
            films = [msgspec.json.decode(film, type=MovieBody) for film in await self._by_title(text, limit)]
            told = [Suggestion("film", film.name, id=film.id, year=film.year) for film in films]
            return msgspec.json.encode(SuggestAnswer(told, degraded=True))

    async def is_ready(self) -> bool:
        """Say whether the index answers."""
        try:
            await self._engine.mark()
        except IndexUnavailable:
            return False
        return True

    async def close(self) -> None:
        """Let go of the caches and the index."""
        await self._cache.close()
        self._engine.close()

    async def _find(self, query: SearchQuery, reads: Reads) -> bytes:
        meaning = await interpret(self._engine, query.text, query.filters, reads)
        hits = await self._hits(meaning, query.limit)
        if not hits:
            return b""
        films = marked(meaning.text, [hit.answer for hit in hits])
        tail = SearchTail(ReadAs.of(meaning.read_as), await self._meant(query.text, meaning, films))
        return search_body(films, tail)

    async def _hits(self, meaning: Meaning, limit: int) -> Sequence[Hit]:
        if meaning.text:
            return (await self._engine.search(SearchQuery(meaning.text, limit, meaning.filters))).hits
        return (await self._engine.list(Listing(None, meaning.filters, limit=limit))).hits

    async def _list(self, listing: Listing, reads: Reads) -> bytes:
        typed = listing.text or ""
        meaning = await interpret(self._engine, typed, listing.filters, reads)
        page = await self._engine.list(
            msgspec.structs.replace(listing, text=meaning.text or None, filters=meaning.filters)
        )
        films = marked(meaning.text, [hit.answer for hit in page.hits])
        is_best_first = listing.sort is Sort.RELEVANCE and listing.after is None
        is_read = meaning.read_as is not None
        tail = ListTail(
            total=page.total,
            facets=Facets.of(page.counts),
            next_cursor=None if page.next is None else write_cursor(listing, Continued(page.next, is_read)),
            read_as=ReadAs.of(meaning.read_as),
            did_you_mean=await self._meant(typed, meaning, films) if is_best_first else None,
        )
        return list_body(films, tail)

    async def _meant(self, typed: str, meaning: Meaning, films: Sequence[bytes]) -> str | None:
        """Return what was typed with its slips put right, if that finds films too."""
        right = put_right(meaning.text, films)
        if right is None:
            return None
        # Put right, it may be a title that the filters leave out, for which nothing else is guessed.
        if meaning.filters != NO_FILTERS:
            found = await self._engine.search(SearchQuery(right, 1, meaning.filters))
            if not found.hits:
                return None
        return meant(typed, meaning.text, right)

    async def _suggest(self, text: str, limit: int) -> bytes:
        return msgspec.json.encode(SuggestAnswer(await self._engine.suggest(text, limit)))

    async def _kept(
        self, kind: str, asked: tuple[*Asked], make: Callable[[*Asked], Awaitable[bytes]]
    ) -> bytes:
        """Return the answer from the cache, or make it and keep it."""
        mark = await self._engine.mark()
        key = f"{kind}:{mark.generation}:{mark.position}:{msgspec.json.encode(asked).decode()}"
        return await self._cache.get_or_make(key, lambda: make(*asked))

    async def _by_title(self, text: str, limit: int, *, is_honest: bool = True) -> Sequence[bytes]:
        """Return films whose titles begin with the text, as JSON: all that the database tells."""
        found = await self._movies.find_by_title_prefix(text, limit) if text and is_honest else []
        if not found:
            # That there is no such film would be more than anybody knows.
            raise SearchUnavailable(retry_after_seconds=1)
        return [msgspec.json.encode(MovieBody.of(movie)) for movie in found]

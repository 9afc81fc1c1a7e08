"""Searching: the cache, then the index, and the database's titles when there is no index to ask."""

import msgspec

from cinedex.foundation.cache.port import Cache
from cinedex.foundation.errors import NotFound, Unavailable
from cinedex.movies.schemas import MovieBody
from cinedex.movies.service import MovieService
from cinedex.search.models import SearchQuery
from cinedex.search.port import IndexUnavailable, SearchEngine

_SEPARATOR = b","


class NothingFound(NotFound):
    """No film matches."""

    message = "Movie not found"
    code = "movie_not_found"


class SearchUnavailable(Unavailable):
    """The index does not answer, and no title in the database begins with the query."""

    message = "Search cannot be reached now. Please try again."
    code = "search_unavailable"


class Answer(msgspec.Struct, frozen=True):
    """What was found: movies as JSON, parted by commas, best first.

    `is_degraded` says that the index did not answer, and the database's titles did.
    """

    movies: bytes
    is_degraded: bool = False

    def decoded(self) -> list[MovieBody]:
        """Return the movies as values."""
        return msgspec.json.decode(b"[" + self.movies + b"]", type=list[MovieBody])


class SearchService:
    """Answers searches."""

    def __init__(self, engine: SearchEngine, cache: Cache, movies: MovieService) -> None:
        self._engine = engine
        self._cache = cache
        self._movies = movies

    async def search(self, query: SearchQuery) -> Answer:
        """Return the films that a query may mean.

        The cache's keys hold the generation and position of the index, so an applied change retires what was
        answered before. Raises NothingFound, SearchUnavailable when the index does not answer and the titles
        tell nothing, and DatabaseUnavailable when the database does not answer either.
        """
        try:
            mark = await self._engine.mark()
            key = f"{mark.generation}:{mark.position}:{query.limit}:{query.text}"
            movies = await self._cache.get(key)
            if movies is None:
                movies = _SEPARATOR.join(hit.answer for hit in (await self._engine.search(query)).hits)
                await self._cache.put(key, movies)
        except IndexUnavailable:
            return await self._search_titles(query)
        if not movies:
            raise NothingFound
        return Answer(movies)

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

    async def _search_titles(self, query: SearchQuery) -> Answer:
        found = await self._movies.find_by_title_prefix(query.text, query.limit)
        if not found:
            # That there is no such film would be more than anybody knows.
            raise SearchUnavailable(retry_after_seconds=1)
        movies = (msgspec.json.encode(MovieBody.of(movie)) for movie in found)
        return Answer(_SEPARATOR.join(movies), is_degraded=True)

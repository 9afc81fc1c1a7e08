"""The catalogue's use cases. Each opens its own transaction, which has ended when the method returns."""

from collections.abc import AsyncIterator, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.foundation.errors import Conflict, NotFound
from cinedex.foundation.folding import fold_key
from cinedex.movies import store
from cinedex.movies.models import Genre, Movie, NewMovie, by_folded_title, genre_title


class MovieAlreadyExists(Conflict):
    """The catalogue has a movie of this name, director and year."""

    message = "Movie already exists"
    code = "movie_exists"


class GenreNotFound(NotFound):
    """A movie names a genre that the catalogue does not have."""

    message = "Genre not found"
    code = "genre_not_found"


class GenreAlreadyExists(Conflict):
    """The catalogue has this genre."""

    message = "Genre already exists"
    code = "genre_exists"


class MovieNotFound(NotFound):
    """There is no movie with this id."""

    message = "Movie not found"
    code = "movie_not_found"


class Loaded(msgspec.Struct, frozen=True):
    """What a load of many movies did: how many were added, and how many were there already."""

    added: int
    existing: int


class MovieService:
    """Adds, deletes and reads movies; every change leaves its note in the outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, movie: NewMovie) -> Movie:
        """Add one movie. Raises MovieAlreadyExists, or GenreNotFound when it names an unknown genre."""
        titles = by_folded_title(movie.genres)
        key = movie.identity_key
        async with self._database.transaction() as connection:
            if await store.existing_keys(connection, [key]):
                raise MovieAlreadyExists
            known = await store.genres_by_key(connection, list(titles))
            unknown = [title for folded, title in titles.items() if folded not in known]
            if unknown:
                raise GenreNotFound(fields={"genre": f"unknown: {', '.join(unknown)}"})
            [movie_id] = await store.insert_movies(connection, {key: movie}, known)
            await outbox.append(connection, outbox.MOVIE, [movie_id])
        # A genre is shown as the catalogue spells it, however this movie did.
        shown = msgspec.structs.replace(movie, genres=tuple(known[folded].title for folded in titles))
        return Movie(id=movie_id, **msgspec.structs.asdict(shown))

    async def load(self, batch: Sequence[NewMovie]) -> Loaded:
        """Add those of the movies that are not there yet, all or none, and the genres that they need.

        Of movies that are the same, the first is added.
        """
        async with self._database.transaction() as connection:
            added = await _add_missing(connection, batch)
        return Loaded(added=added, existing=len(batch) - added)

    async def load_first(self, batch: Sequence[NewMovie]) -> int:
        """Add the movies if nothing was ever changed in this catalogue; return how many were added.

        Look and load are one transaction, so of several processes that start together one adds them.
        """
        async with self._database.transaction() as connection:
            untouched = await outbox.last_position(connection) == 0
            return await _add_missing(connection, batch) if untouched else 0

    async def is_untouched(self) -> bool:
        """Say whether nothing was ever added to, edited in or deleted from this catalogue."""
        async with self._database.reading() as connection:
            return await outbox.last_position(connection) == 0

    async def delete(self, movie_id: int) -> None:
        """Delete a movie. Raises MovieNotFound."""
        async with self._database.transaction() as connection:
            if not await store.delete_movie(connection, movie_id):
                raise MovieNotFound
            await outbox.append(connection, outbox.MOVIE, [movie_id])

    async def add_genre(self, title: str) -> Genre:
        """Add a genre. Raises GenreAlreadyExists, or Invalid for a title that cannot be one."""
        title = genre_title(title)
        async with self._database.transaction() as connection:
            if await store.genres_by_key(connection, [fold_key(title)]):
                raise GenreAlreadyExists
            await store.insert_genres(connection, [title])
            [genre] = (await store.genres_by_key(connection, [fold_key(title)])).values()
        return genre

    async def genres(self) -> list[Genre]:
        """Return all genres by title."""
        async with self._database.reading() as connection:
            return await store.all_genres(connection)

    async def documents(self, ids: Sequence[int]) -> list[Movie]:
        """Return those of the movies that exist now, by id: what an index should hold of these ids."""
        async with self._database.reading() as connection:
            return await store.by_ids(connection, ids)

    async def find_by_title_prefix(self, text: str, limit: int) -> list[Movie]:
        """Return the films whose names, folded, begin with `text`: what can be told without an index."""
        async with self._database.reading() as connection:
            return await store.by_title_prefix(connection, fold_key(text), limit)

    async def stream(self) -> AsyncIterator[list[Movie]]:
        """Yield the whole catalogue in chunks, as it stood at one moment."""
        async with self._database.reading() as connection:
            async for batch in store.stream(connection):
                yield batch

    async def count(self) -> int:
        """Return how many movies the catalogue has."""
        async with self._database.reading() as connection:
            return await store.count(connection)

    async def catalogue_uid(self) -> str:
        """Return the name that tells this catalogue from any other."""
        async with self._database.reading() as connection:
            return await store.catalogue_uid(connection)


async def _add_missing(connection: AsyncConnection, batch: Sequence[NewMovie]) -> int:
    by_key: dict[str, NewMovie] = {}
    for movie in batch:
        by_key.setdefault(movie.identity_key, movie)
    existing = await store.existing_keys(connection, list(by_key))
    missing = {key: movie for key, movie in by_key.items() if key not in existing}
    titles = by_folded_title(title for movie in missing.values() for title in movie.genres)
    known = await store.genres_by_key(connection, list(titles))
    await store.insert_genres(connection, [title for folded, title in titles.items() if folded not in known])
    known = await store.genres_by_key(connection, list(titles))
    ids = await store.insert_movies(connection, missing, known)
    await outbox.append(connection, outbox.MOVIE, ids)
    return len(ids)

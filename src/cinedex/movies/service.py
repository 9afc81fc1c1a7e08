"""The catalogue's use cases. Each opens its own transaction, which has ended when the method returns."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.foundation.errors import Conflict, NotFound
from cinedex.foundation.folding import fold_key
from cinedex.movies import store
from cinedex.movies.models import Genre, Movie, NewMovie, genre_title


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
        keys = [fold_key(title) for title in movie.genres]
        async with self._database.transaction() as connection:
            if await store.existing_keys(connection, [movie.identity_key]):
                raise MovieAlreadyExists
            known = await store.genre_ids(connection, keys) if keys else {}
            unknown = [title for title in movie.genres if fold_key(title) not in known]
            if unknown:
                raise GenreNotFound(fields={"genre": f"unknown: {', '.join(unknown)}"})
            [movie_id] = await store.insert_movies(connection, [movie], known)
            await outbox.append(connection, outbox.MOVIE, [movie_id])
        return Movie(id=movie_id, **msgspec.structs.asdict(movie))

    async def load(self, batch: Sequence[NewMovie]) -> Loaded:
        """Add those of the movies that are not there yet, all or none, and the genres that they need."""
        unique = {movie.identity_key: movie for movie in reversed(batch)}
        wanted = {fold_key(title): title for movie in batch for title in movie.genres}
        async with self._database.transaction() as connection:
            existing = await store.existing_keys(connection, list(unique))
            fresh = [movie for key, movie in reversed(unique.items()) if key not in existing]
            known = await store.genre_ids(connection, list(wanted))
            await store.insert_genres(connection, [wanted[key] for key in wanted.keys() - known.keys()])
            known = await store.genre_ids(connection, list(wanted))
            ids = await store.insert_movies(connection, fresh, known)
            await outbox.append(connection, outbox.MOVIE, ids)
        return Loaded(added=len(ids), existing=len(batch) - len(ids))

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
            if await store.genre_ids(connection, [fold_key(title)]):
                raise GenreAlreadyExists
            await store.insert_genres(connection, [title])
            [genre_id] = (await store.genre_ids(connection, [fold_key(title)])).values()
        return Genre(genre_id, title)

    async def genres(self) -> list[Genre]:
        """Return all genres by title."""
        async with self._database.reading() as connection:
            return await store.all_genres(connection)

    async def documents(self, ids: Sequence[int]) -> list[Movie]:
        """Return those of the movies that exist now, by id: what an index should hold of these ids."""
        async with self._database.reading() as connection:
            return await store.by_ids(connection, ids)

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

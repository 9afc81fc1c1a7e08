"""The catalogue's use cases. Each opens its own transaction, which has ended when the method returns."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.foundation import audit, outbox
from cinedex.foundation.database import Database
from cinedex.foundation.errors import Conflict, NotFound, PreconditionFailed
from cinedex.foundation.etags import EntityTags
from cinedex.foundation.folding import fold_key
from cinedex.movies import store
from cinedex.movies.models import Genre, Movie, NewMovie, by_folded_title, genre_title, new_movie


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
    """Adds, changes, deletes and reads movies; every change leaves its note in the outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, movie: NewMovie) -> Movie:
        """Add one movie. Raises MovieAlreadyExists, or GenreNotFound when it names an unknown genre."""
        key = movie.identity_key
        async with self._changing() as connection:
            if await store.ids_by_key(connection, [key]):
                raise MovieAlreadyExists
            genres = await _genres_of(connection, movie)
            [movie_id] = await store.insert_movies(connection, {key: movie}, genres)
            await outbox.append(connection, outbox.MOVIE, [movie_id])
            await audit.note(connection, "film added", f"film {movie_id}", movie.name)
        return _shown(movie_id, movie, genres)

    async def load(self, batch: Sequence[NewMovie], source: str = "") -> Loaded:
        """Add those of the movies that are not there yet, all or none, and the genres that they need.

        Of movies that are the same, the first is added. The audit log names the `source` where it is known.
        """
        async with self._changing() as connection:
            added = await _add_missing(connection, batch, source)
        return Loaded(added=added, existing=len(batch) - added)

    async def load_first(self, batch: Sequence[NewMovie]) -> int:
        """Add the movies if nothing was ever changed in this catalogue; return how many were added.

        Look and load are one transaction, so of several processes that start together one adds them.
        """
        async with self._changing() as connection:
            untouched = await outbox.last_position(connection) == 0
            return await _add_missing(connection, batch, "the sample") if untouched else 0

    async def is_untouched(self) -> bool:
        """Say whether nothing was ever added to, edited in or deleted from this catalogue."""
        async with self._database.reading() as connection:
            return await outbox.last_position(connection) == 0

    async def get(self, movie_id: int) -> Movie:
        """Return a movie as it is now. Raises MovieNotFound."""
        async with self._database.reading() as connection:
            return await _existing(connection, movie_id)

    async def edit(
        self, movie_id: int, changes: Mapping[str, Any], expected: EntityTags | None = None
    ) -> Movie:
        """Change those parts of a movie that `changes` names, as `new_movie` names them; return it as it is then.

        What leaves the movie as it was is no change and leaves no note. Raises MovieNotFound,
        PreconditionFailed when its revision is none of those `expected`, Invalid, GenreNotFound, and
        MovieAlreadyExists when another movie has the name, director and year that it would have.
        """
        async with self._changing() as connection:
            movie = await _existing(connection, movie_id, expected)
            parts = msgspec.structs.asdict(movie) | dict(changes)
            del parts["id"]
            wanted = new_movie(**parts)
            genres = await _genres_of(connection, wanted)
            edited = _shown(movie_id, wanted, genres)
            if edited == movie:
                return movie
            holders = await store.ids_by_key(connection, [edited.identity_key])
            if holders.get(edited.identity_key, movie_id) != movie_id:
                raise MovieAlreadyExists
            await store.update_movie(connection, edited, genres)
            await outbox.append(connection, outbox.MOVIE, [movie_id])
            await audit.note(connection, "film changed", f"film {movie_id}", ", ".join(sorted(changes)))
        return edited

    async def delete(self, movie_id: int, expected: EntityTags | None = None) -> None:
        """Delete a movie. Raises MovieNotFound, and PreconditionFailed when its revision is not `expected`."""
        async with self._changing() as connection:
            movie = await _existing(connection, movie_id, expected)
            await store.delete_movie(connection, movie_id)
            await outbox.append(connection, outbox.MOVIE, [movie_id])
            await audit.note(connection, "film deleted", f"film {movie_id}", movie.name)

    async def add_genre(self, title: str) -> Genre:
        """Add a genre. Raises GenreAlreadyExists, or Invalid for a title that cannot be one."""
        title = genre_title(title)
        async with self._changing() as connection:
            if await store.genres_by_key(connection, [fold_key(title)]):
                raise GenreAlreadyExists
            await store.insert_genres(connection, [title])
            [genre] = (await store.genres_by_key(connection, [fold_key(title)])).values()
            await audit.note(connection, "genre added", f"genre {genre.id}", genre.title)
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

    async def sample(self, wanted: int) -> list[Movie]:
        """Return some `wanted` movies, or all if there are fewer, taken evenly from the whole catalogue."""
        async with self._database.reading() as connection:
            return await store.sample(connection, wanted)

    async def count(self) -> int:
        """Return how many movies the catalogue has."""
        async with self._database.reading() as connection:
            return await store.count(connection)

    async def catalogue_uid(self) -> str:
        """Return the name that tells this catalogue from any other."""
        async with self._database.reading() as connection:
            return await store.catalogue_uid(connection)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction in which what was looked at stays as it is until the commit."""
        async with self._database.transaction() as connection:
            await outbox.take_turn(connection)
            yield connection


async def _existing(connection: AsyncConnection, movie_id: int, expected: EntityTags | None = None) -> Movie:
    found = await store.by_ids(connection, [movie_id])
    if not found:
        raise MovieNotFound
    [movie] = found
    if expected is not None and not expected.hold(movie.revision):
        raise PreconditionFailed
    return movie


async def _genres_of(connection: AsyncConnection, movie: NewMovie) -> dict[str, Genre]:
    """Return the movie's genres by folded title, in its order. Raises GenreNotFound."""
    titles = by_folded_title(movie.genres)
    known = await store.genres_by_key(connection, list(titles))
    unknown = [title for folded, title in titles.items() if folded not in known]
    if unknown:
        raise GenreNotFound(fields={"genre": f"unknown: {', '.join(unknown)}"})
    return {folded: known[folded] for folded in titles}


def _shown(movie_id: int, movie: NewMovie, genres: Mapping[str, Genre]) -> Movie:
    # A genre is shown as the catalogue spells it, however this movie did.
    shown = msgspec.structs.replace(movie, genres=tuple(genre.title for genre in genres.values()))
    return Movie(id=movie_id, **msgspec.structs.asdict(shown))


async def _add_missing(connection: AsyncConnection, batch: Sequence[NewMovie], source: str) -> int:
    by_key: dict[str, NewMovie] = {}
    for movie in batch:
        by_key.setdefault(movie.identity_key, movie)
    existing = await store.ids_by_key(connection, list(by_key))
    missing = {key: movie for key, movie in by_key.items() if key not in existing}
    titles = by_folded_title(title for movie in missing.values() for title in movie.genres)
    known = await store.genres_by_key(connection, list(titles))
    await store.insert_genres(connection, [title for folded, title in titles.items() if folded not in known])
    known = await store.genres_by_key(connection, list(titles))
    ids = await store.insert_movies(connection, missing, known)
    await outbox.append(connection, outbox.MOVIE, ids)
    if ids:
        told = f"{len(ids)} added, films {min(ids)} to {max(ids)}"
        await audit.note(connection, "films loaded", detail=f"{told}, from {source}" if source else told)
    return len(ids)

"""All SQL of the catalogue, one function per question."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.foundation.database.bulk import insert_many
from cinedex.foundation.folding import fold_key
from cinedex.movies.models import Genre, Movie, NewMovie, rounded_score
from cinedex.movies.tables import catalogue, genres, movie_genres, movies

# SQLite takes a bounded number of parameters in a statement.
_CHUNK = 500


async def catalogue_uid(connection: AsyncConnection) -> str:
    """Return the name that this catalogue was given when it was made."""
    uid: str = (await connection.execute(select(catalogue.c.uid))).scalar_one()
    return uid


async def count(connection: AsyncConnection) -> int:
    """Return how many movies there are."""
    return (await connection.execute(select(func.count()).select_from(movies))).scalar_one()


async def ids_by_key(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, int]:
    """Return the ids of those movies that exist, by identity key."""
    found: dict[str, int] = {}
    for chunk in _chunks(keys):
        query = select(movies.c.identity_key, movies.c.id).where(movies.c.identity_key.in_(chunk))
        found.update((row.identity_key, row.id) for row in await connection.execute(query))
    return found


async def insert_movies(
    connection: AsyncConnection, new: Mapping[str, NewMovie], known: Mapping[str, Genre]
) -> list[int]:
    """Insert movies that are not there yet, with their genres; return their ids in order.

    `new` holds them by identity key; `known` holds each genre of each movie by its folded title.
    """
    if not new:
        return []
    # Asking for the ids afterwards lets the driver insert all rows in one call: RETURNING goes row by row.
    await insert_many(connection, movies, [_row(key, movie) for key, movie in new.items()])
    by_key = await ids_by_key(connection, list(new))
    ids = [by_key[key] for key in new]
    await _link(connection, zip(ids, new.values(), strict=True), known)
    return ids


async def update_movie(connection: AsyncConnection, movie: Movie, known: Mapping[str, Genre]) -> None:
    """Give the movie of this id these values; `known` holds each of its genres by its folded title."""
    values = _row(movie.identity_key, movie)
    await connection.execute(update(movies).where(movies.c.id == movie.id).values(values))
    await connection.execute(delete(movie_genres).where(movie_genres.c.movie_id == movie.id))
    await _link(connection, [(movie.id, movie)], known)


async def delete_movie(connection: AsyncConnection, movie_id: int) -> None:
    """Delete a movie, if there is one."""
    await connection.execute(delete(movies).where(movies.c.id == movie_id))


async def by_ids(connection: AsyncConnection, ids: Sequence[int]) -> list[Movie]:
    """Return those of the movies that exist, by id."""
    found: list[Movie] = []
    for chunk in _chunks(sorted(ids)):
        found += await _read(connection, movies.c.id.in_(chunk))
    return found


async def by_title_prefix(connection: AsyncConnection, prefix: str, limit: int) -> list[Movie]:
    """Return the films whose folded names begin with `prefix`, those with most votes first."""
    # A range of the unique index; no key holds the last of all characters.
    begins = movies.c.identity_key.between(prefix, prefix + "\U0010ffff")
    query = (
        select(movies.c.id)
        .where(begins)
        .order_by(movies.c.votes.desc().nulls_last(), movies.c.id)
        .limit(limit)
    )
    ids = list((await connection.execute(query)).scalars())
    found = {movie.id: movie for movie in await _read(connection, movies.c.id.in_(ids))}
    return [found[id_] for id_ in ids]


async def after(connection: AsyncConnection, movie_id: int, limit: int) -> list[Movie]:
    """Return at most `limit` movies whose ids come after `movie_id`, by id."""
    ids = select(movies.c.id).where(movies.c.id > movie_id).order_by(movies.c.id).limit(limit)
    last = (await connection.execute(select(func.max(ids.subquery().c.id)))).scalar()
    if last is None:
        return []
    return await _read(connection, movies.c.id.between(movie_id + 1, last))


async def stream(connection: AsyncConnection, chunk: int = 250) -> AsyncIterator[list[Movie]]:
    """Yield all movies in chunks, by id, on one snapshot."""
    last = 0
    while batch := await after(connection, last, chunk):
        yield batch
        last = batch[-1].id


async def sample(connection: AsyncConnection, wanted: int) -> list[Movie]:
    """Return some `wanted` movies, or all if there are fewer, taken evenly from the whole catalogue by id."""
    last = (await connection.execute(select(func.max(movies.c.id)))).scalar() or 0
    step = max(1, last // wanted)
    return await by_ids(connection, range(1, last + 1, step))


async def all_genres(connection: AsyncConnection) -> list[Genre]:
    """Return all genres by title."""
    rows = await connection.execute(select(genres.c.id, genres.c.title).order_by(genres.c.title_key))
    return [Genre(*row) for row in rows]


async def genres_by_key(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Genre]:
    """Return those of the genres that exist, by folded title."""
    found: dict[str, Genre] = {}
    for chunk in _chunks(keys):
        query = select(genres.c.title_key, genres.c.id, genres.c.title).where(genres.c.title_key.in_(chunk))
        found.update((key, Genre(id_, title)) for key, id_, title in await connection.execute(query))
    return found


async def insert_genres(connection: AsyncConnection, titles: Sequence[str]) -> None:
    """Insert genres that are not there yet."""
    if titles:
        rows = [{"title": title, "title_key": fold_key(title)} for title in titles]
        await connection.execute(insert(genres), rows)


def _row(key: str, movie: NewMovie) -> dict[str, Any]:
    return {
        "name": movie.name,
        "director": movie.director,
        "imdb_score": movie.imdb_score,
        "popularity": movie.popularity,
        "year": movie.year,
        "votes": movie.votes,
        "cast": list(movie.cast),
        "identity_key": key,
    }


async def _link(
    connection: AsyncConnection, linked: Iterable[tuple[int, NewMovie]], known: Mapping[str, Genre]
) -> None:
    links = [
        {"movie_id": id_, "genre_id": known[fold_key(title)].id, "position": position}
        for id_, movie in linked
        for position, title in enumerate(movie.genres)
    ]
    await insert_many(connection, movie_genres, links)


async def _read(connection: AsyncConnection, condition: Any) -> list[Movie]:
    rows = (await connection.execute(select(movies).where(condition).order_by(movies.c.id))).all()
    query = (
        select(movie_genres.c.movie_id, genres.c.title)
        .join(genres, genres.c.id == movie_genres.c.genre_id)
        .join(movies, movies.c.id == movie_genres.c.movie_id)
        .where(condition)
        .order_by(movie_genres.c.movie_id, movie_genres.c.position)
    )
    titles: dict[int, list[str]] = {}
    for movie_id, title in await connection.execute(query):
        titles.setdefault(movie_id, []).append(title)
    return [_movie(row, titles.get(row.id, [])) for row in rows]


def _movie(row: Row[Any], titles: Sequence[str]) -> Movie:
    # Asked for by name, the values of a whole catalogue take twice as long.
    movie_id, name, director, score, popularity, year, votes, cast, _key = tuple(row)
    return Movie(
        id=movie_id,
        name=name,
        director=director,
        # Rows of before may hold a finer one.
        imdb_score=rounded_score(score),
        popularity=popularity,
        genres=tuple(titles),
        year=year,
        votes=votes,
        cast=tuple(cast),
    )


def _chunks(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]

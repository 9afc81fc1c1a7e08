"""Steps that the tests of this room share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
from httpx import ASGITransport, AsyncClient
from sqlalchemy import update

from cinedex.app import build_app
from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.foundation.errors import NotFound
from cinedex.movies.models import NewMovie
from cinedex.movies.tables import movies
from cinedex.search.indexer import Indexer
from cinedex.search.models import SearchQuery
from cinedex.search.port import SearchIndex
from cinedex.search.rebuild import Rebuilder
from cinedex.services import Services
from servers.search_index import generations_of, remove_index

_PATIENCE_SECONDS = 20
_MARK_SECONDS = 0.02


@asynccontextmanager
async def opened_app(services: Services) -> AsyncIterator[AsyncClient]:
    """Open the application over `services` for a client, without a server."""
    app = build_app(services)
    transport = ASGITransport(cast("Any", app))
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as client:
        yield client


async def catch_up(services: Services) -> None:
    """Bring the index up to the database, and this node's words, as followers do that start and stop."""
    await _catch_up(services, services.index, services.rebuilder)
    if services.words is not None and services.word_rebuilder is not None:
        await _catch_up(services, services.words, services.word_rebuilder)
        # Where a cluster stands may be told as it was some milliseconds ago.
        await asyncio.sleep(_MARK_SECONDS)


async def _catch_up(services: Services, index: SearchIndex, rebuilder: Rebuilder) -> None:
    writer = await index.open_live(await services.movies.catalogue_uid())
    if writer is None:
        await rebuilder.rebuild()
        return
    try:
        await Indexer(services.database, services.movies).catch_up(writer)
    finally:
        await writer.close()


async def lose_index(services: Services) -> None:
    """Remove the index and all its generations, as somebody does who should not."""
    if services.settings.search_url is not None:
        remove_index(services.settings.search_url)
        await asyncio.sleep(_MARK_SECONDS)
    for path in sorted(services.settings.index_dir.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


async def generations(services: Services) -> set[str]:
    """Return the names of all generations that take room, live or not."""
    address = services.settings.search_url
    if address is None:
        return {path.name for path in services.settings.index_dir.iterdir() if path.is_dir()}
    return set(generations_of(address))


async def change(database: Database, movie_id: int, film: NewMovie) -> None:
    """Give a movie other values, as an edit does: row and note in one transaction."""
    values = msgspec.structs.asdict(film) | {"cast": list(film.cast), "identity_key": film.identity_key}
    del values["genres"]
    async with database.transaction() as connection:
        await connection.execute(update(movies).where(movies.c.id == movie_id).values(values))
        await outbox.append(connection, outbox.MOVIE, [movie_id])


async def parked_ids(database: Database) -> list[int]:
    """Return the ids of the movies that were set aside."""
    async with database.reading() as connection:
        return [one.subject_id for one in await outbox.parked(connection)]


async def names_found(services: Services, text: str) -> list[str]:
    """Return the names of the films that a search finds, best first."""
    try:
        answer = await services.search.search(SearchQuery(text))
    except NotFound:
        return []
    return [movie.name for movie in answer.decoded()]


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is so; fail when it takes too long."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not await is_so():  # noqa: ASYNC110 -- what is waited for sets no event here
            await asyncio.sleep(0.01)

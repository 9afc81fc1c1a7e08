"""Steps that the cases of the search port share."""

from collections.abc import Mapping

from cinedex.movies.models import NewMovie
from cinedex.search.models import SearchQuery
from cinedex.search.port import IndexWriter, SearchEngine, SearchIndex
from cinedex.search.standing import Tiers
from contracts.places import Place
from films import document

CATALOGUE = "7d1f0c"


async def write(writer: IndexWriter, films: Mapping[int, NewMovie], position: int) -> None:
    """Stage films by id, and commit."""
    await writer.stage([document(movie_id, film) for movie_id, film in films.items()], [])
    await writer.commit(position)


async def publish_new(index: SearchIndex, films: Mapping[int, NewMovie], position: int = 1) -> str:
    """Build a generation of these films and make it the live one; return its name."""
    writer = await index.create(CATALOGUE, Tiers())
    await write(writer, films, position)
    await writer.close()
    await index.publish(writer.mark.generation)
    return writer.mark.generation


async def opened(place: Place) -> IndexWriter:
    """Open the live generation for writing, as a process that just started does."""
    writer = await place.index().open_live(CATALOGUE)
    assert writer is not None
    return writer


async def found(engine: SearchEngine, text: str) -> list[int]:
    """Return the ids of the films that a search finds, best first."""
    return [hit.id for hit in (await engine.search(SearchQuery(text))).hits]

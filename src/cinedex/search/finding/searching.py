"""A search, from the text to the films as they are answered."""

from cinedex.search.finding.shelf import Shelf
from cinedex.search.models import Found, SearchQuery


async def find(shelf: Shelf, query: SearchQuery) -> Found:
    """Return the films that a query may mean, best first."""
    ranked = await shelf.rank(query.text, query.filters, query.limit)
    if ranked is None:
        return Found([], is_strong=False)
    return Found(shelf.read(film.handle for film in ranked.films[: query.limit]), ranked.is_strong)

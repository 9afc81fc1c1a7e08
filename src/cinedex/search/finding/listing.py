"""Lists of films to be leafed through: sorted, counted, and stable while films are added.

By score, popularity, year and name a page begins after the sort key of the last film shown; keys are unique.
By relevance the first hundred films are put in order once, and that order travels in the cursor; all that
follow come by popularity. So no film is shown twice, and none that was there from the start is missed.
"""

from cinedex.search.finding.port import Films
from cinedex.search.finding.rounds import Ranked
from cinedex.search.finding.shelf import Shelf
from cinedex.search.models import LARGEST_LIMIT, Counts, Hit, Listing, Page, Place, Sort
from cinedex.search.standing import id_of

# So many films are put in order by relevance: a page of the largest size has to be.
_HEAD = LARGEST_LIMIT

_SORT_KEYS = {
    Sort.RELEVANCE: "rank",
    Sort.POPULARITY: "rank",
    Sort.SCORE: "by_score",
    Sort.YEAR: "by_year",
}

_NOTHING = Page([], 0, Counts({}, {}, {}), None)


async def list_page(shelf: Shelf, listing: Listing) -> Page:
    """Return a page of a list."""
    place = listing.after or Place()
    ranked = None
    if listing.text is not None:
        ranked = await shelf.rank(listing.text, listing.filters, _HEAD, place.depth)
        if ranked is None:
            return _NOTHING
        place = Place(ranked.depth, place.waiting, place.shown, place.key, place.name)
    films = shelf.films(listing.filters, None if ranked is None else ranked.postings)
    if films is None:
        return _NOTHING
    if listing.sort is Sort.NAME:
        hits, after = await _by_name(shelf, films, listing.limit, place)
    elif listing.sort is Sort.RELEVANCE and ranked is not None:
        hits, after = await _by_relevance(shelf, films, listing, place, ranked)
    else:
        hits, after = await _by_key(shelf, films, _SORT_KEYS[listing.sort], listing.limit, place)
    total, counts = await shelf.count(films, (listing.text, listing.filters, place.depth))
    return Page(hits, total, counts, after)


async def _by_relevance(
    shelf: Shelf, films: Films, listing: Listing, place: Place, ranked: Ranked
) -> tuple[list[Hit], Place | None]:
    if listing.after is None:
        hits = shelf.read(film.handle for film in ranked.films[: listing.limit])
        ids = [id_of(film.rank) for film in ranked.films[:_HEAD]]
    else:
        ids = list(place.waiting)
        hits = await shelf.by_id(ids[: listing.limit])
    waiting, shown = tuple(ids[listing.limit :]), (*place.shown, *ids[: listing.limit])
    after = Place(place.depth, waiting, shown, place.key)
    if waiting:
        return hits, after
    head = set(shown)
    rest, key = await _after_head(shelf, films, listing.limit - len(hits), place.key, head)
    if listing.limit == len(hits):
        return hits, after if (await _after_head(shelf, films, 1, place.key, head))[0] else None
    hits += rest
    return hits, None if key is None else Place(place.depth, (), shown, key)


async def _after_head(
    shelf: Shelf, films: Films, limit: int, key: int | None, head: set[int]
) -> tuple[list[Hit], int | None]:
    """Return the films by popularity that are not in the head, and the key to go on from if there are more."""
    found = [
        (rank, handle)
        for rank, handle in await shelf.sorted(films, "rank", limit + len(head) + 1, key)
        if id_of(rank) not in head
    ]
    hits = shelf.read(handle for _, handle in found[:limit])
    return hits, found[limit - 1][0] if len(found) > limit > 0 else None


async def _by_key(
    shelf: Shelf, films: Films, field: str, limit: int, place: Place
) -> tuple[list[Hit], Place | None]:
    found = await shelf.sorted(films, field, limit + 1, place.key)
    hits = shelf.read(handle for _, handle in found[:limit])
    return hits, Place(place.depth, key=found[limit - 1][0]) if len(found) > limit else None


async def _by_name(shelf: Shelf, films: Films, limit: int, place: Place) -> tuple[list[Hit], Place | None]:
    found = await shelf.by_name(films, limit + 1, place.name)
    hits = shelf.read(handle for _, handle in found[:limit])
    return hits, Place(place.depth, name=found[limit - 1][0]) if len(found) > limit else None

"""Lists of films to be leafed through: sorted, counted, and stable while films are added.

By score, popularity, year and name a page begins after the sort key of the last film shown; keys are unique.
By relevance the first hundred films are put in order once, and that order travels in the cursor; all that
follow come by popularity. So no film is shown twice, and none that was there from the start is missed.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from cinedex.search.analysis import analyse_query
from cinedex.search.engines.tantivy.counting import count
from cinedex.search.engines.tantivy.filtering import Screen
from cinedex.search.engines.tantivy.finding import Ranked, rank, read_answer, read_hits
from cinedex.search.engines.tantivy.packing import pack_order
from cinedex.search.engines.tantivy.postings import narrowed
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.models import LARGEST_LIMIT, Counts, Filters, Hit, Listing, Page, Place, Sort
from cinedex.search.standing import id_of

# So many films are put in order by relevance: a page of the largest size has to be.
_HEAD = LARGEST_LIMIT

_SORT_KEYS = {
    Sort.RELEVANCE: "rank",
    Sort.POPULARITY: "rank",
    Sort.SCORE: "by_score",
    Sort.YEAR: "by_year",
}

# The counts of so many lists are remembered until the index changes.
_MOST_TOTALS = 500

_NOTHING = Page([], 0, Counts({}, {}, {}), None)


def list_page(snapshot: Snapshot, listing: Listing) -> Page:
    """Return a page of a list."""
    screen = Screen(snapshot, listing.filters)
    place = listing.after or Place()
    ranked = None
    if screen.is_impossible:
        return _NOTHING
    if listing.text is None:
        everything = Query.exists_query("id")
    else:
        ranked = rank(snapshot, analyse_query(listing.text), screen, _HEAD, place.depth)
        if ranked is None:
            return _NOTHING
        everything = ranked.retrieval.everything()
        place = Place(ranked.depth, place.waiting, place.shown, place.key, place.name)
    films = narrowed(everything, screen.clauses)
    if listing.sort is Sort.NAME:
        hits, after = _by_name(snapshot, films, listing.limit, place)
    elif listing.sort is Sort.RELEVANCE and ranked is not None:
        hits, after = _by_relevance(snapshot, films, listing, place, ranked)
    else:
        hits, after = _by_key(snapshot, films, _SORT_KEYS[listing.sort], listing.limit, place)
    return Page(hits, *_count_once(snapshot, films, (listing.text, listing.filters, place.depth)), after)


def _count_once(snapshot: Snapshot, films: Query, key: tuple[str | None, Filters, int]) -> tuple[int, Counts]:
    """Count the films of a list, or remember what was counted for another page of it."""
    counted = snapshot.totals.get(key)
    if counted is None:
        counted = count(snapshot, films)
        if len(snapshot.totals) < _MOST_TOTALS:
            snapshot.totals[key] = counted
    return counted


def _by_relevance(
    snapshot: Snapshot, films: Query, listing: Listing, place: Place, ranked: Ranked
) -> tuple[list[Hit], Place | None]:
    if listing.after is None:
        hits = read_hits(snapshot, ranked.films[: listing.limit])
        ids = [id_of(film.rank) for film in ranked.films[:_HEAD]]
    else:
        ids = list(place.waiting)
        hits = _by_id(snapshot, ids[: listing.limit])
    waiting, shown = tuple(ids[listing.limit :]), (*place.shown, *ids[: listing.limit])
    after = Place(place.depth, waiting, shown, place.key)
    if waiting:
        return hits, after
    head = set(shown)
    rest, key = _after_head(snapshot, films, listing.limit - len(hits), place.key, head)
    if listing.limit == len(hits):
        return hits, after if _after_head(snapshot, films, 1, place.key, head)[0] else None
    hits += rest
    return hits, None if key is None else Place(place.depth, (), shown, key)


def _after_head(
    snapshot: Snapshot, films: Query, limit: int, key: int | None, head: set[int]
) -> tuple[list[Hit], int | None]:
    """Return the films by popularity that are not in the head, and the key to go on from if there are more."""
    found = [
        (rank, address)
        for rank, address in _sorted(snapshot, films, "rank", limit + len(head) + 1, key)
        if id_of(rank) not in head
    ]
    hits = [Hit(id_of(rank), read_answer(snapshot.searcher, address)) for rank, address in found[:limit]]
    return hits, found[limit - 1][0] if len(found) > limit > 0 else None


def _by_key(
    snapshot: Snapshot, films: Query, field: str, limit: int, place: Place
) -> tuple[list[Hit], Place | None]:
    found = _sorted(snapshot, films, field, limit + 1, place.key)
    hits = _read(snapshot, [address for _, address in found[:limit]])
    return hits, Place(place.depth, key=found[limit - 1][0]) if len(found) > limit else None


def _sorted(
    snapshot: Snapshot, films: Query, field: str, limit: int, below: int | None
) -> list[tuple[int, tantivy.DocAddress]]:
    """Return the films with the highest keys, only those below `below`."""
    if below is not None:
        lower = Query.range_query(snapshot.schema, field, FieldType.Integer, None, below, include_upper=False)
        films = narrowed(films, [lower])
    found: list[Any] = snapshot.searcher.search(films, limit, count=False, order_by_field=field).hits
    return found


def _by_name(snapshot: Snapshot, films: Query, limit: int, place: Place) -> tuple[list[Hit], Place | None]:
    """Return the films whose names come after the place's: from its first letters on, passing over those before."""
    if place.name:
        # Films of the same name come after it, too.
        begins = pack_order(place.name.partition("\t")[0])
        later = Query.range_query(snapshot.schema, "by_name", FieldType.Integer, begins, None)
        films = narrowed(films, [later])
    wanted = limit + 1
    while True:
        found: list[Any] = snapshot.searcher.search(
            films, wanted, count=False, order_by_field="name", order=tantivy.Order.Asc
        ).hits
        rest = [(name, address) for name, address in found if name > place.name]
        if len(rest) > limit or len(found) < wanted:
            break
        wanted *= 2
    hits = _read(snapshot, [address for _, address in rest[:limit]])
    return hits, Place(place.depth, name=rest[limit - 1][0]) if len(rest) > limit else None


def _by_id(snapshot: Snapshot, ids: Sequence[int]) -> list[Hit]:
    """Return those of the films that are still there, in the order of their ids."""
    terms = [(Occur.Should, Query.term_query(snapshot.schema, "id", id_)) for id_ in ids]
    found = snapshot.searcher.search(Query.boolean_query(terms), max(1, len(ids)), count=False).hits
    by_id = {hit.id: hit for hit in _read(snapshot, [address for _, address in found])}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def _read(snapshot: Snapshot, addresses: Iterable[tantivy.DocAddress]) -> list[Hit]:
    listed = list(addresses)
    ids = snapshot.searcher.fast_field_values("id", listed)
    answers = (read_answer(snapshot.searcher, address) for address in listed)
    return [Hit(int(id_ or 0), answer) for id_, answer in zip(ids, answers, strict=True)]

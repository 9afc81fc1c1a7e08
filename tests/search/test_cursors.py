"""Cursors: what `next_cursor` gives leads on in that list; everything else is refused, whatever it is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.search.cursors import BadCursor, Continued, read_cursor, write_cursor
from cinedex.search.models import Filters, Listing, Place, Sort
from search.lists import LIST, SORTS, page_of, refusal

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NOWHERE = Continued(Place(), is_read=False)
ASKED = {"q": "dune", "genre": "Drama", "director": "lynch", "year_from": "1970", "score_from": "2"}

numbers = st.integers(-(2**63), 2**64 - 1)
places = st.builds(
    Place,
    depth=st.integers(0, 100),
    waiting=st.lists(st.integers(1, 2**63 - 1), max_size=100).map(tuple),
    shown=st.lists(st.integers(1, 2**63 - 1), max_size=100).map(tuple),
    key=st.none() | st.integers(-(2**63), 2**63 - 1),
    name=st.text(st.characters(exclude_categories=["Cs"])),
)
continued = st.builds(Continued, place=places, is_read=st.booleans())
listings = st.builds(
    Listing,
    text=st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    filters=st.builds(Filters, year_from=st.none() | st.integers(1870, 2100)),
    sort=st.sampled_from(Sort),
)


def forged(sort: Sort, parts: Any) -> str:
    """Return a cursor of the list of all films, as somebody may make it."""
    digest = urlsafe_b64decode(write_cursor(Listing(sort=sort), NOWHERE) + "===")[:8]
    return urlsafe_b64encode(digest + msgspec.msgpack.encode(parts)).decode().rstrip("=")


@given(listing=listings, place=continued, limit=st.integers(1, 100))
def test_a_cursor_is_read_as_it_was_written(listing: Listing, place: Continued, limit: int) -> None:
    cursor = write_cursor(listing, place)
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&# ")
    # The next page may be longer or shorter.
    assert read_cursor(msgspec.structs.replace(listing, limit=limit), cursor) == place


@given(one=listings, other=listings, place=continued)
def test_a_cursor_is_refused_by_every_other_list(one: Listing, other: Listing, place: Continued) -> None:
    if one == other:
        return
    with pytest.raises(BadCursor):
        read_cursor(other, write_cursor(one, place))


@pytest.mark.parametrize("sort", SORTS)
async def test_another_text_filter_or_order_is_refused(dozen: AsyncClient, sort: str) -> None:
    first = {"sort": sort, "limit": "1"}
    cursor = page_of(await dozen.get(LIST, params=first))["next_cursor"]
    page_of(await dozen.get(LIST, params=first | {"cursor": cursor, "limit": "7"}))
    others: list[dict[str, str]] = [{name: value} for name, value in ASKED.items()]
    for other in [*others, {"sort": "year" if sort != "year" else "name"}]:
        response = await dozen.get(LIST, params=first | {"cursor": cursor} | other)
        body = refusal(response, 400)
        assert body["code"] == "bad_cursor"
        assert body["errors"] == {"cursor": "of another text, filter or order"}


@pytest.mark.parametrize("cursor", ["x", "AAAA", "=", "é", "a b", "A" * 5000, "!" * 16, "\u202e"])
async def test_what_is_no_cursor_is_refused(dozen: AsyncClient, cursor: str) -> None:
    body = refusal(await dozen.get(LIST, params={"cursor": cursor}), 400)
    assert body["code"] == "bad_cursor"
    assert body["errors"].keys() == {"cursor"}


@pytest.mark.parametrize(
    "place",
    [
        [-1],
        [101],
        [0, [0]],
        [0, [-1]],
        [0, [2**63]],
        [0, [], [2**64 - 1]],
        [0, [1] * 101],
        [0, [], [1] * 101],
        [0, [], [], 2**63],
        [0, [], [], 1.5],
        [0, [], [], None, 7],
    ],
)
async def test_a_place_out_of_bounds_is_refused(dozen: AsyncClient, place: list[Any]) -> None:
    for sort in Sort:
        refusal(await dozen.get(LIST, params={"sort": sort, "cursor": forged(sort, [place, False])}), 400)


@many
@given(parts=st.lists(st.none() | numbers | st.text() | st.lists(numbers, max_size=120), max_size=6))
async def test_a_place_that_cannot_be_is_refused_or_harmless(dozen: AsyncClient, parts: list[Any]) -> None:
    for sort in Sort:
        for packed in (parts, [parts, False]):
            response = await dozen.get(LIST, params={"sort": sort, "cursor": forged(sort, packed)})
            if response.status_code != 200:
                refusal(response, 400)


@many
@given(place=continued)
async def test_any_place_is_answered(dozen: AsyncClient, place: Continued) -> None:
    for sort in Sort:
        for text in (None, "dune"):
            cursor = write_cursor(Listing(text, sort=sort), place)
            asked = {"sort": sort, "cursor": cursor} | ({} if text is None else {"q": text})
            page_of(await dozen.get(LIST, params=asked))

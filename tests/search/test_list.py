"""`GET /api/v1/movies`: what it answers, in which order, and what it refuses."""

from collections import Counter
from typing import Any

import pytest
from httpx import AsyncClient

from cinedex.search.analysis import analyse_title
from cinedex.services import Services
from films import ALIEN
from search.lists import LIST, SEARCH, SORTS, SUGGEST, all_films, page_of, pages, refusal
from search.steps import catch_up

DIRECTED = [{"field": "director", "text": "Ridley Scott", "kind": "exact", "ranges": [[0, 6], [7, 12]]}]


async def test_a_page_has_films_their_number_and_their_kinds(dozen: AsyncClient) -> None:
    response = await dozen.get(LIST, params={"q": "ridley scott"})
    assert response.json() == {
        "movies": [
            {
                "id": 2,
                "name": "Blade Runner",
                "director": "Ridley Scott",
                "imdb_score": None,
                "popularity": None,
                "genres": [],
                "year": 1982,
                "votes": 185546,
                "cast": [],
                "matched_on": DIRECTED,
            },
            {
                "id": 1,
                "name": "Alien",
                "director": "Ridley Scott",
                "imdb_score": 8.5,
                "popularity": None,
                "genres": [{"title": "Horror"}],
                "year": 1979,
                "votes": 180387,
                "cast": [],
                "matched_on": DIRECTED,
            },
        ],
        "total": 2,
        "facets": {
            "genre": [{"value": "Horror", "count": 1}],
            "decade": [{"value": 1970, "count": 1}, {"value": 1980, "count": 1}],
            "score": [{"value": 8, "count": 1}],
            "estimated": False,
        },
        "next_cursor": None,
    }


async def test_ten_films_unless_asked(dozen: AsyncClient) -> None:
    assert len(page_of(await dozen.get(LIST))["movies"]) == 10
    assert len(page_of(await dozen.get(LIST, params={"limit": ""}))["movies"]) == 10
    assert len(page_of(await dozen.get(LIST, params={"limit": "3"}))["movies"]) == 3
    assert len(page_of(await dozen.get(LIST, params={"limit": "100"}))["movies"]) == 12


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "qqqqqqqq"},
        {"q": "!?"},
        {"genre": "Film noir"},
        {"director": "Ozu"},
        {"year_from": "2022"},
        {"score_from": "8.6"},
        {"q": "alien", "year_from": "1980"},
    ],
)
async def test_nothing_found_is_an_empty_list(dozen: AsyncClient, asked: dict[str, str]) -> None:
    nothing = {
        "movies": [],
        "total": 0,
        "facets": {"genre": [], "decade": [], "score": [], "estimated": False},
        "next_cursor": None,
    }
    for sort in SORTS:
        assert page_of(await dozen.get(LIST, params=asked | {"sort": sort})) == nothing


async def test_an_empty_catalogue_has_an_empty_list(client: AsyncClient, services: Services) -> None:
    await catch_up(services)
    assert page_of(await client.get(LIST))["total"] == 0


@pytest.mark.parametrize("blank", ["", " ", "\t "])
async def test_what_is_blank_is_not_given(dozen: AsyncClient, blank: str) -> None:
    everything = page_of(await dozen.get(LIST))
    for name in ("q", "genre", "director"):
        assert page_of(await dozen.get(LIST, params={name: blank})) == everything
    for name in ("year_from", "year_to", "score_from", "sort", "limit", "cursor"):
        assert page_of(await dozen.get(LIST, params={name: ""})) == everything


async def test_without_a_text_the_best_known_come_first(sample: AsyncClient) -> None:
    first = page_of(await sample.get(LIST))
    assert first["movies"] == page_of(await sample.get(LIST, params={"sort": "popularity"}))["movies"]
    assert first["total"] == 2987
    votes = [movie["votes"] for movie in first["movies"]]
    assert votes == sorted(votes, reverse=True)


@pytest.mark.parametrize("text", [None, "man"])
async def test_each_order(sample: AsyncClient, text: str | None) -> None:
    for sort, field in {"score": "imdb_score", "year": "year"}.items():
        values = [movie[field] for movie in await all_films(sample, q=text, sort=sort, limit=100)]
        known = [value for value in values if value is not None]
        assert known == sorted(known, reverse=True)
        # What nobody knows comes last.
        assert values == known + [None] * (len(values) - len(known))
    films = await all_films(sample, q=text, sort="name", limit=100)
    names = [(name_without_article(film["name"]), film["id"]) for film in films]
    assert names == sorted(names)


def name_without_article(name: str) -> str:
    title = analyse_title(name)
    return " ".join(title.raw[1:] if title.article else title.raw)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("asked", [{}, {"q": "the"}, {"q": "spielberg"}, {"q": "love", "year_from": "1990"}])
async def test_total_and_kinds_are_those_of_all_pages(
    sample: AsyncClient, sort: str, asked: dict[str, str]
) -> None:
    read = [page async for page in pages(sample, sort=sort, limit=100, **asked)]
    films = [movie for page in read for movie in page["movies"]]
    assert len({movie["id"] for movie in films}) == len(films)
    for page in read:
        assert page["total"] == len(films)
        assert page["facets"] == read[0]["facets"]
    assert_counts(read[0]["facets"], films)


def assert_counts(facets: dict[str, Any], films: list[dict[str, Any]]) -> None:
    genres = Counter(genre["title"] for movie in films for genre in movie["genres"])
    decades = Counter(movie["year"] // 10 * 10 for movie in films if movie["year"] is not None)
    scores = Counter(int(movie["imdb_score"]) for movie in films if movie["imdb_score"] is not None)
    for name, counted in {"genre": genres, "decade": decades, "score": scores}.items():
        assert {entry["value"]: entry["count"] for entry in facets[name]} == counted
        assert len(facets[name]) == len(counted)
    counts = [entry["count"] for entry in facets["genre"]]
    assert counts == sorted(counts, reverse=True)
    for name in ("decade", "score"):
        values = [entry["value"] for entry in facets[name]]
        assert values == sorted(values)
    assert facets["estimated"] is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "101"),
        ("limit", "1" * 30),
        ("limit", "ten"),
        ("limit", "2.5"),
        ("sort", "rating"),
        ("sort", "Score"),
        ("q", "x" * 501),
        ("q", "Ali\x00en"),
        ("q", "Ali\u009ben"),
        ("genre", "x" * 101),
        ("genre", "Dra\x07ma"),
        ("genre", ["Drama"] * 31),
        ("director", "x" * 201),
        ("director", "Ridley\x1bScott"),
        ("director", ["Ridley Scott", "Joel Coen"]),
        ("year_from", "1869"),
        ("year_from", "2101"),
        ("year_from", "now"),
        ("year_to", "1869"),
        ("year_to", "9" * 30),
        ("year_to", "1999.5"),
        ("score_from", "-0.1"),
        ("score_from", "10.1"),
        ("score_from", "nan"),
        ("score_from", "inf"),
        ("score_from", "high"),
        ("cursor", "x"),
    ],
)
async def test_a_value_that_cannot_be_is_named(dozen: AsyncClient, name: str, value: Any) -> None:
    body = refusal(await dozen.get(LIST, params={name: value}), 400)
    assert body["errors"].keys() == {name}


async def test_years_have_to_be_in_order(dozen: AsyncClient) -> None:
    body = refusal(await dozen.get(LIST, params={"year_from": "1980", "year_to": "1979"}), 400)
    assert body["errors"] == {"year_from": "after year_to"}
    same = page_of(await dozen.get(LIST, params={"year_from": "1979", "year_to": "1979"}))
    assert [movie["name"] for movie in same["movies"]] == ["Alien"]


async def test_other_methods_are_refused_with_the_one_allowed(client: AsyncClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        response = await client.request(method, LIST)
        assert refusal(response, 405)["code"] == "method_not_allowed"
        assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "address",
    [LIST, f"{LIST}?sort=none", SUGGEST, f"{SUGGEST}?q=alien", f"{SEARCH}?name=alien", f"{SEARCH}?name=qqq"],
)
async def test_head_answers_as_get(dozen: AsyncClient, address: str) -> None:
    whole, head = await dozen.get(address), await dozen.head(address)
    assert head.status_code == whole.status_code
    # A request id is as long as another.
    for name in ("content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]


async def test_a_film_by_its_id_lives_beside_it(dozen: AsyncClient) -> None:
    one = (await dozen.get(f"{LIST}/1")).json()
    assert one["name"] == ALIEN.name
    assert one | {"matched_on": []} in page_of(await dozen.get(LIST))["movies"]


async def test_a_list_asks_the_database_nothing(dozen: AsyncClient, statements: list[str]) -> None:
    statements.clear()
    for sort in SORTS:
        await all_films(dozen, sort=sort, limit=5)
        await all_films(dozen, sort=sort, q="dune", limit=1)
    assert statements == []

"""Filters: the same films as by going through the sample in Python, in lists and in searches, however sent."""

from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.foundation.folding import fold_key
from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from films import FILMS
from search.lists import LIST, SEARCH, SORTS, Movie, all_films, page_of, refusal

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def known_films() -> list[NewMovie]:
    with MovieFile(SAMPLE) as file:
        return [film for film in file if isinstance(film, NewMovie)]


KNOWN = known_films()
GENRES = sorted({genre for film in KNOWN for genre in film.genres})
DIRECTORS = sorted({film.director for film in KNOWN if film.director})


def are_in_order(drawn: dict[str, Any]) -> bool:
    return bool(drawn.get("year_from", 0) <= drawn.get("year_to", 9999))


# As somebody may write them: in capitals, the last name alone.
genres = st.sampled_from(GENRES).flatmap(lambda title: st.sampled_from([title, title.upper(), f" {title} "]))
directors = st.sampled_from(DIRECTORS).flatmap(
    lambda name: st.sampled_from([name, name.lower(), name.split()[-1], " ".join(name.split()[::-1])])
)
years = st.integers(1900, 2015)
filters: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "genre": st.lists(genres, min_size=1, max_size=3) | genres,
        "director": directors,
        "year_from": years,
        "year_to": years,
        "score_from": st.integers(0, 100).map(lambda tenths: tenths / 10),
    },
).filter(are_in_order)


def passes(film: NewMovie, wanted: dict[str, Any]) -> bool:
    """Say whether a film is what the filters want."""
    titles = wanted.get("genre", [])
    needed = {fold_key(title) for title in ([titles] if isinstance(titles, str) else titles)}
    words = set(fold_key(wanted.get("director", "")).split())
    bounds = [name for name in ("year_from", "year_to") if name in wanted]
    return (
        needed <= {fold_key(title) for title in film.genres}
        and words <= set(fold_key(film.director or "").split())
        and not (bounds and film.year is None)
        and wanted.get("year_from", 0) <= (film.year or 0)
        and (film.year or 0) <= wanted.get("year_to", 9999)
        and (
            "score_from" not in wanted
            or (film.imdb_score is not None and film.imdb_score >= wanted["score_from"])
        )
    )


def identity(film: Movie | NewMovie) -> tuple[Any, ...]:
    if isinstance(film, NewMovie):
        return film.name, film.director, film.year
    return film["name"], film["director"], film["year"]


@many
@given(wanted=filters, sort=st.sampled_from(SORTS))
async def test_a_list_has_the_films_that_pass(sample: AsyncClient, wanted: dict[str, Any], sort: str) -> None:
    expected = {identity(film) for film in KNOWN if passes(film, wanted)}
    films = await all_films(sample, sort=sort, limit=100, **wanted)
    assert {identity(film) for film in films} == expected
    assert len(films) == len(expected)
    assert page_of(await sample.get(LIST, params=wanted))["total"] == len(expected)


@many
@given(wanted=filters, film=st.sampled_from(KNOWN))
async def test_a_search_has_only_films_that_pass_and_misses_none_so_named(
    sample: AsyncClient, wanted: dict[str, Any], film: NewMovie
) -> None:
    by_identity = {identity(one): one for one in KNOWN}
    response = await sample.get(SEARCH, params=wanted | {"name": film.name, "limit": 100})
    found = [] if response.status_code == 404 else response.json()["movies"]
    assert all(passes(by_identity[identity(one)], wanted) for one in found)
    if passes(film, wanted):
        assert identity(film) in {identity(one) for one in found}


@many
@given(
    names=st.sets(st.sampled_from(["genre", "director", "year_from", "year_to", "score_from"])),
    film=st.sampled_from([film for film in KNOWN if film.director and film.year and film.imdb_score]),
)
async def test_a_film_passes_the_filters_that_it_is_described_by(
    sample: AsyncClient, names: set[str], film: NewMovie
) -> None:
    described: dict[str, Any] = {
        "genre": list(film.genres),
        "director": film.director,
        "year_from": film.year,
        "year_to": film.year,
        "score_from": film.imdb_score,
    }
    wanted = {name: described[name] for name in names}
    for answer in (
        await sample.get(SEARCH, params=wanted | {"name": film.name, "limit": 100}),
        await sample.post(SEARCH, json=wanted | {"name": film.name, "limit": 100}),
        await sample.post(SEARCH, data=wanted | {"name": film.name, "limit": "100"}),
    ):
        assert identity(film) in {identity(one) for one in answer.json()["movies"]}


@pytest.mark.parametrize(
    ("wanted", "years"),
    [
        ({}, [2021, 1984]),
        ({"director": "David Lynch"}, [1984]),
        ({"director": "LYNCH"}, [1984]),
        ({"year_from": 1990}, [2021]),
        ({"year_to": 1990}, [1984]),
        ({"year_from": 1984, "year_to": 2021}, [2021, 1984]),
        ({"genre": []}, [2021, 1984]),
    ],
)
async def test_a_filter_comes_as_parameter_json_or_form(
    dozen: AsyncClient, wanted: dict[str, Any], years: list[int]
) -> None:
    for response in (
        await dozen.get(SEARCH, params={"name": "dune"} | wanted),
        await dozen.post(SEARCH, json={"name": "dune"} | wanted),
        await dozen.post(SEARCH, data={"name": "dune"} | wanted),
    ):
        assert [movie["year"] for movie in response.json()["movies"]] == years


async def test_one_genre_or_several(dozen: AsyncClient) -> None:
    for genre in ("Horror", "horror", ["Horror"], ["HORROR", "Horror"]):
        for response in (
            await dozen.get(SEARCH, params={"name": "alien", "genre": genre}),
            await dozen.post(SEARCH, json={"name": "alien", "genre": genre}),
            await dozen.post(SEARCH, data={"name": "alien", "genre": genre}),
        ):
            assert [movie["name"] for movie in response.json()["movies"]] == ["Alien"]
    for response in (
        await dozen.get(SEARCH, params={"name": "jaws", "genre": "Horror"}),
        await dozen.post(SEARCH, json={"name": "alien", "genre": ["Horror", "Western"]}),
    ):
        # Something else that is like the text may be of the genre; the film itself is not.
        assert response.status_code == 404
        assert refusal(response, 404)["message"] == "Movie not found"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("genre", 7),
        ("genre", [7]),
        ("genre", "x" * 101),
        ("genre", ["x\x00"]),
        ("genre", ["Drama"] * 31),
        ("director", ["Ridley Scott"]),
        ("director", "x" * 201),
        ("director", "\x1b"),
        ("year_from", 1800),
        ("year_from", "1979"),
        ("year_to", 10**30),
        ("year_to", 1979.5),
        ("score_from", 11),
        ("score_from", -1),
        ("score_from", "8"),
    ],
)
async def test_a_filter_that_cannot_be_is_named(dozen: AsyncClient, name: str, value: Any) -> None:
    body = refusal(await dozen.post(SEARCH, json={"name": "alien", name: value}), 400)
    assert [field.partition("[")[0] for field in body["errors"]] == [name]


async def test_what_is_not_given_is_left_out_of_an_address(dozen: AsyncClient) -> None:
    for name in ("year_from", "year_to", "score_from"):
        body = refusal(await dozen.get(LIST, params={name: "null"}), 400)
        assert list(body["errors"]) == [name]


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\ufeff \u3000"])
async def test_a_filter_that_shows_nothing_is_not_given(dozen: AsyncClient, blank: str) -> None:
    answer = await dozen.get(LIST, params={"genre": blank, "director": blank, "q": blank})
    assert answer.json()["total"] == len(FILMS)


async def test_filters_tell_cached_answers_apart(dozen: AsyncClient) -> None:
    for _ in range(2):
        for year in (1984, 2021):
            response = await dozen.get(SEARCH, params={"name": "dune", "year_from": year, "year_to": year})
            assert [movie["year"] for movie in response.json()["movies"]] == [year]
            page = page_of(await dozen.get(LIST, params={"q": "dune", "year_from": year, "year_to": year}))
            assert [movie["year"] for movie in page["movies"]] == [year]

"""Filters read out of the text: plain signs always, words that may be titles only where that helps."""

from typing import Any

import pytest
from httpx import AsyncClient

from cinedex.movies.models import new_movie
from cinedex.services import Services
from films import FILMS
from search.lists import LIST, SEARCH, SORTS, all_films, page_of, pages, refusal
from search.steps import catch_up


async def found(client: AsyncClient, text: str, **asked: Any) -> dict[str, Any]:
    """Return what a search answers, after checking that a list says the same."""
    response = await client.get(SEARCH, params=asked | {"name": text, "limit": 100})
    answer: dict[str, Any] = response.json()
    page = page_of(await client.get(LIST, params=asked | {"q": text, "limit": 100}))
    assert page["movies"] == answer.get("movies", [])
    assert page.get("read_as") == answer.get("read_as") or not page["movies"]
    return answer


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("spielberg >8", {"text": "spielberg", "score_from": 8.0}),
        ("spielberg >=7.5", {"text": "spielberg", "score_from": 7.5}),
        ("spielberg score>8", {"text": "spielberg", "score_from": 8.0}),
        ("spielberg 1990-1999", {"text": "spielberg", "year_from": 1990, "year_to": 1999}),
        ("spielberg since 1990", {"text": "spielberg", "year_from": 1990}),
        ("star before 1980", {"text": "star", "year_to": 1979}),
        ("dir:kubrick genre:horror", {"text": "", "director": "kubrick", "genre": ["Horror"]}),
        ("spielberg drama", {"text": "spielberg", "genre": ["Drama"]}),
        ("spielberg 80s", {"text": "spielberg", "year_from": 1980, "year_to": 1989}),
        (
            "spielberg nineties dramas",
            {"text": "spielberg", "genre": ["Drama"], "year_from": 1990, "year_to": 1999},
        ),
        ("westerns", {"text": "", "genre": ["Western"]}),
        ("best westerns of the 60s", {"text": "", "genre": ["Western"], "year_from": 1960, "year_to": 1969}),
    ],
)
async def test_filters_are_read_and_named(sample: AsyncClient, text: str, read_as: dict[str, Any]) -> None:
    answer = await found(sample, text)
    assert answer["read_as"] == read_as
    # They are what they are said to be.
    asked = dict(read_as)
    rest = {"q": asked.pop("text"), "limit": 100, "interpret": "false"}
    page = page_of(await sample.get(LIST, params=rest | asked))
    assert page["movies"] == answer["movies"]
    assert page["total"] == page_of(await sample.get(LIST, params={"q": text}))["total"] > 0


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("12 angry men", None),
        ("school of rock", None),
        ("scary movie", "Scary Movie"),
        ("not another teen movie", "Not Another Teen Movie"),
        ("pulp fiction", "Pulp Fiction"),
        ("2001 a space odyssey", "2001: A Space Odyssey"),
        ("blade runner 1982", "Blade Runner"),
    ],
)
async def test_a_title_is_no_filter(sample: AsyncClient, text: str, first: str | None) -> None:
    answer = await found(sample, text)
    assert "read_as" not in answer
    if first:
        assert answer["movies"][0]["name"] == first


async def test_words_that_may_be_filters_are_none_where_the_text_as_it_stands_is_a_film(
    client: AsyncClient, services: Services
) -> None:
    once = new_movie(
        name="Once Upon a Time in the West", director="Sergio Leone", year=1968, genres=["Western"]
    )
    drama = new_movie(name="Kill Your Darlings", director="John Krokidas", year=2013, genres=["Drama"])
    horror = new_movie(
        name="The Rocky Horror Picture Show", director="Jim Sharman", year=1975, genres=["Comedy"]
    )
    await services.movies.load([*FILMS, once, drama, horror])
    await catch_up(services)
    answer = await found(client, "rocky horror")
    assert answer["movies"][0]["name"] == "The Rocky Horror Picture Show"
    assert "read_as" not in answer
    answer = await found(client, "ridley scott horror")
    assert answer["read_as"] == {"text": "ridley scott", "genre": ["Horror"]}
    assert [movie["name"] for movie in answer["movies"]] == ["Alien"]
    # Nothing is both: the words are searched for as they stand.
    answer = await found(client, "hitchcok western")
    assert "read_as" not in answer
    assert {movie["director"] for movie in answer["movies"]} == {"Alfred Hitchcock"}


async def test_a_title_with_a_slip_is_no_filter_and_a_guess(client: AsyncClient, services: Services) -> None:
    kids = new_movie(name="Spy Kids", director="Robert Rodriguez", year=2001, genres=["Spy", "Family"])
    await services.movies.load([*FILMS, kids])
    await catch_up(services)
    answer = await found(client, "spy kdis")
    assert answer["movies"][0]["name"] == "Spy Kids"
    assert "read_as" not in answer


async def test_it_can_be_turned_off(sample: AsyncClient) -> None:
    for text in ("spielberg 80s", "spielberg >8"):
        assert "read_as" in await found(sample, text)
        answer = await found(sample, text, interpret="false")
        assert "read_as" not in answer
        response = await sample.post(SEARCH, json={"name": text, "interpret": False, "limit": 100})
        assert response.json() == answer
        response = await sample.post(SEARCH, data={"name": text, "interpret": "false", "limit": "100"})
        assert response.json() == answer
    for value in ("perhaps", "2"):
        for address, name in ((SEARCH, "name"), (LIST, "q")):
            response = await sample.get(address, params={name: "spielberg", "interpret": value})
            assert refusal(response, 400)["errors"].keys() == {"interpret"}


@pytest.mark.parametrize(
    ("text", "given", "read_as"),
    [
        ("spielberg >8", {"score_from": 7}, {"text": "spielberg"}),
        ("spielberg >8", {"score_from": 0}, {"text": "spielberg"}),
        ("spielberg since 1990", {"year_to": 1985}, {"text": "spielberg"}),
        ("spielberg genre:drama", {"genre": "Action"}, {"text": "spielberg"}),
        ("star dir:lucas", {"director": "spielberg"}, {"text": "star"}),
        (
            "spielberg genre:drama >8",
            {"year_from": 1990},
            {"text": "spielberg", "genre": ["Drama"], "score_from": 8.0},
        ),
    ],
)
async def test_what_is_given_wins_over_what_is_read(
    sample: AsyncClient, text: str, given: dict[str, Any], read_as: dict[str, Any]
) -> None:
    page = page_of(await sample.get(LIST, params={"q": text} | given))
    assert page["read_as"] == read_as
    asked = {"q": read_as["text"], "interpret": "false"} | given
    asked |= {name: value for name, value in read_as.items() if name != "text"}
    assert page_of(await sample.get(LIST, params=asked))["total"] == page["total"]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["spielberg 80s", "spielberg >7", "spielberg", "the genre:drama"])
async def test_all_pages_are_read_alike(sample: AsyncClient, sort: str, text: str) -> None:
    read = [page async for page in pages(sample, q=text, sort=sort, limit=4)]
    assert len(read) > 1
    assert len({str(page.get("read_as")) for page in read}) == 1
    ids = [movie["id"] for page in read for movie in page["movies"]]
    assert len(set(ids)) == len(ids) == read[0]["total"]
    whole = await all_films(sample, q=text, sort=sort, limit=100)
    assert [movie["id"] for movie in whole] == ids


async def test_pages_go_on_as_they_began_when_the_text_becomes_a_title(
    client: AsyncClient, services: Services
) -> None:
    confessions = new_movie(name="True Confessions", director="Ulu Grosbard", year=1981, genres=["Crime"])
    romance = new_movie(name="True Romance", director="Tony Scott", year=1993, genres=["Crime"])
    await services.movies.load([*FILMS, confessions, romance])
    await catch_up(services)
    asked: dict[str, Any] = {"q": "true crime", "limit": 1, "sort": "name"}
    first = page_of(await client.get(LIST, params=asked))
    assert first["read_as"] == {"text": "true", "genre": ["Crime"]}
    crime = new_movie(name="True Crime", director="Clint Eastwood", year=1999, genres=["Drama"])
    await services.movies.load([crime])
    await catch_up(services)
    assert "read_as" not in page_of(await client.get(LIST, params=asked))
    second = page_of(await client.get(LIST, params=asked | {"cursor": first["next_cursor"]}))
    assert second["read_as"] == first["read_as"]
    assert [page["movies"][0]["name"] for page in (first, second)] == ["True Confessions", "True Romance"]


async def test_a_slip_beside_filters_is_put_right_beside_them(sample: AsyncClient) -> None:
    answer = await found(sample, "spielbreg >8")
    assert answer["read_as"] == {"text": "spielbreg", "score_from": 8.0}
    assert answer["did_you_mean"] == "spielberg >8"
    assert "did_you_mean" not in await found(sample, "spielberg >8")


async def test_a_slip_that_stands_in_a_sign_too_is_put_right_beside_it_alone(sample: AsyncClient) -> None:
    answer = await found(sample, "genre:drama dram")
    assert answer["read_as"] == {"text": "dram", "genre": ["Drama"]}
    assert answer["did_you_mean"] == "genre:drama dream"


@pytest.mark.parametrize(
    ("text", "asked"),
    [("moby dqck genre:drama", {}), ("moby dqck", {"genre": "Drama"}), ("28 dass genre:drama", {})],
)
async def test_what_the_filters_leave_out_was_not_meant(
    sample: AsyncClient, text: str, asked: dict[str, str]
) -> None:
    """Well typed, these are films that the filters leave out, and then nothing is found."""
    answer = await found(sample, text, **asked)
    assert answer["movies"]
    assert "did_you_mean" not in answer
    assert "did_you_mean" not in page_of(await sample.get(LIST, params=asked | {"q": text}))

"""Each film found says where the words stand in it; and what was meant is told where a word was put right."""

from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinedex.services import Services
from films import FILMS
from search.lists import LIST, SEARCH, page_of
from search.steps import catch_up

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

MISSPELT = {
    "silense of the lams": "silence of the lambs",
    "schindlers lst": "schindlers list",
    "quentin tarantinno": "quentin tarantino",
    "forest gump": "forrest gump",
    "pulp fictoin": "pulp fiction",
}


async def found(client: AsyncClient, text: str, **asked: Any) -> dict[str, Any]:
    """Return what a search answers, after checking that a list begins with the same films and says the same."""
    response = await client.get(SEARCH, params=asked | {"name": text, "limit": 100})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    page = page_of(await client.get(LIST, params=asked | {"q": text, "limit": 100}))
    for name in ("movies", "did_you_mean", "read_as"):
        assert page.get(name) == answer.get(name)
    return answer


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        (
            "the godfather",
            [{"field": "name", "text": "The Godfather", "kind": "exact", "ranges": [[0, 3], [4, 13]]}],
        ),
        (
            "godfather",
            [
                {
                    "field": "name",
                    "text": "The Godfather",
                    "kind": "exact_without_article",
                    "ranges": [[4, 13]],
                }
            ],
        ),
        ("godfa", [{"field": "name", "text": "The Godfather", "kind": "prefix", "ranges": [[4, 9]]}]),
        ("godfahter", [{"field": "name", "text": "The Godfather", "kind": "typo", "ranges": [[4, 13]]}]),
        (
            "coppola godfather",
            [
                {"field": "name", "text": "The Godfather", "kind": "words", "ranges": [[4, 13]]},
                {"field": "director", "text": "Francis Ford Coppola", "kind": "words", "ranges": [[13, 20]]},
            ],
        ),
        (
            "godfather 1972",
            [
                {"field": "name", "text": "The Godfather", "kind": "words", "ranges": [[4, 13]]},
                {"field": "year", "text": "1972", "kind": "words", "ranges": [[0, 4]]},
            ],
        ),
    ],
)
async def test_the_best_film_says_where_the_words_stand(
    sample: AsyncClient, text: str, matches: list[dict[str, Any]]
) -> None:
    best = (await found(sample, text))["movies"][0]
    assert best["name"] == "The Godfather"
    assert best["matched_on"] == matches


@pytest.mark.parametrize(
    ("text", "kind", "ranges"),
    [
        ("al pacino", "exact", [[0, 2], [3, 9]]),
        ("pacino", "words", [[3, 9]]),
        ("al pac", "prefix", [[0, 2], [3, 6]]),
        ("pacinno", "typo", [[3, 9]]),
    ],
)
async def test_a_film_found_by_its_cast_says_whom_the_words_name(
    dozen: AsyncClient, text: str, kind: str, ranges: list[list[int]]
) -> None:
    best = (await found(dozen, text))["movies"][0]
    assert (best["name"], best["cast"]) == ("Heat", ["Al Pacino"])
    assert best["matched_on"] == [{"field": "cast", "text": "Al Pacino", "kind": kind, "ranges": ranges}]


async def test_a_slip_in_a_name_of_the_cast_is_put_right(dozen: AsyncClient) -> None:
    assert (await found(dozen, "al pacinno"))["did_you_mean"] == "al pacino"


@many
@given(
    text=st.sampled_from(
        ["the", "star wars", "kubrick 2001", "amelie", "léon", "lord rings 2", "walle", "spielbreg"]
    )
)
async def test_each_match_is_a_text_of_the_film_and_its_places_lie_in_it(
    sample: AsyncClient, text: str
) -> None:
    for movie in (await found(sample, text))["movies"]:
        texts = {
            "name": [movie["name"]],
            "director": [movie["director"]],
            "cast": movie["cast"],
            "year": [str(movie["year"])],
        }
        for match in movie["matched_on"]:
            assert match["text"] in texts[match["field"]]
            end_before = 0
            for start, end in match["ranges"]:
                assert end_before <= start < end <= len(match["text"])
                end_before = end


async def test_without_a_text_nothing_matched(sample: AsyncClient) -> None:
    page = page_of(await sample.get(LIST))
    assert all(movie["matched_on"] == [] for movie in page["movies"])
    assert "did_you_mean" not in page


@pytest.mark.parametrize("text", MISSPELT)
async def test_what_was_meant_is_told_and_finds_the_same_film_as_it_stands(
    sample: AsyncClient, text: str
) -> None:
    answer = await found(sample, text)
    assert answer["did_you_mean"] == MISSPELT[text]
    meant = await found(sample, answer["did_you_mean"])
    assert meant["movies"][0]["id"] == answer["movies"][0]["id"]
    assert "did_you_mean" not in meant
    assert all(match["kind"] != "typo" for match in meant["movies"][0]["matched_on"])


@pytest.mark.parametrize(
    "text", ["the godfather", "godfa", "tarantino", "star wars", "spiderman", "shining the"]
)
async def test_what_is_well_typed_is_not_put_right(sample: AsyncClient, text: str) -> None:
    assert "did_you_mean" not in await found(sample, text)


async def test_what_was_meant_is_told_of_the_first_page_by_relevance_alone(sample: AsyncClient) -> None:
    asked = {"q": "spielbreg", "limit": "3"}
    first = page_of(await sample.get(LIST, params=asked))
    assert first["did_you_mean"] == "spielberg"
    second = page_of(await sample.get(LIST, params=asked | {"cursor": first["next_cursor"]}))
    assert second["movies"]
    assert second["movies"][0]["matched_on"][0]["kind"] == "typo"
    assert "did_you_mean" not in second
    assert "did_you_mean" not in page_of(await sample.get(LIST, params=asked | {"sort": "year"}))


async def test_titles_from_the_database_say_it_too(client: AsyncClient, services: Services) -> None:
    await services.movies.load(FILMS)
    for address, asked in ((SEARCH, {"name": "heat"}), (LIST, {"q": "heat"})):
        answer = (await client.get(address, params=asked)).json()
        assert answer["degraded"] is True
        assert [movie["cast"] for movie in answer["movies"]] == [["Al Pacino"]]
    for address, asked in ((SEARCH, {"name": "blade"}), (LIST, {"q": "blade"})):
        answer = (await client.get(address, params=asked)).json()
        assert answer["degraded"] is True
        assert answer["movies"][0]["matched_on"] == [
            {"field": "name", "text": "Blade Runner", "kind": "prefix", "ranges": [[0, 5]]}
        ]
    await catch_up(services)
    for address, asked in ((SEARCH, {"name": "blade"}), (LIST, {"q": "blade"})):
        answer = (await client.get(address, params=asked)).json()
        assert "degraded" not in answer
        assert [match["kind"] for match in answer["movies"][0]["matched_on"]] == ["prefix"]

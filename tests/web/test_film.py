"""A film of the page: where the words stand in it, its cast in brief, and its score."""

from typing import Any

import pytest
from httpx import AsyncClient

from cinedex.movies.models import MOST_CAST, new_movie
from cinedex.services import Services
from search.steps import catch_up, lose_index
from web.films import IKIRU
from web.html import Page

HOSTILE = "<script>alert(1)</script>"

pytestmark = pytest.mark.usefixtures("films")


async def page_for(client: AsyncClient, query: str) -> Page:
    return Page((await client.get("/", params={"q": query})).text)


async def casts(client: AsyncClient, query: str) -> list[str]:
    return (await page_for(client, query)).texts("p", data_part="cast")


async def test_a_few_of_the_cast_are_shown_and_the_others_counted(client: AsyncClient) -> None:
    assert await casts(client, "seven samurai") == [
        "with Toshirō Mifune, Takashi Shimura, Keiko Tsushima, Isao Kimura and 3 more"
    ]
    assert await casts(client, "ikiru") == ["with Takashi Shimura, Miki Odagiri"]


async def test_those_that_matched_come_first(client: AsyncClient) -> None:
    assert await casts(client, "inaba") == [
        "with Yoshio Inaba, Toshirō Mifune, Takashi Shimura, Keiko Tsushima and 3 more"
    ]
    assert await casts(client, "miyaguchi kimura") == [
        "with Isao Kimura, Seiji Miyaguchi, Toshirō Mifune, Takashi Shimura and 3 more"
    ]


async def test_whom_more_words_name_comes_before_all_who_share_one(client: AsyncClient) -> None:
    assert await casts(client, "toshiro takashi keiko isao yoshio inaba") == [
        "with Yoshio Inaba, Toshirō Mifune, Takashi Shimura, Keiko Tsushima and 3 more"
    ]


async def test_the_longest_cast_is_as_short(client: AsyncClient, services: Services) -> None:
    await services.movies.load([new_movie(name="Yojimbo", cast=["Toshirō Mifune"] * MOST_CAST)])
    await catch_up(services)
    for query in ("yojimbo", "yojimbo mifune"):
        [cast] = await casts(client, query)
        assert cast == "with " + ", ".join(["Toshirō Mifune"] * 4) + f" and {MOST_CAST - 4} more"


async def test_a_name_leads_to_the_films_that_have_it(client: AsyncClient) -> None:
    page = await page_for(client, "odagiri")
    assert "/?q=Miki%20Odagiri" in [link["href"] for link in page.all("a", dir="auto")]
    assert (await page_for(client, "Miki Odagiri")).texts("h2") == [IKIRU.name]


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("ikiru", ["Ikiru"]),
        ("seven sam", ["Seven", "Sam"]),
        ("amelie", ["Amélie"]),
        ("amelie jeunet 2001", ["2001", "Amélie", "Jeunet"]),
        ("metropolsi", ["Metropolis"]),
        ("ikiru takashi", ["Ikiru", "Takashi"]),
        ("toshiro mifune", ["Toshirō", "Mifune"]),
    ],
)
async def test_the_words_are_marked_where_they_stand(
    client: AsyncClient, query: str, marks: list[str]
) -> None:
    page = await page_for(client, query)
    assert page.texts("mark")[: len(marks)] == marks


@pytest.mark.parametrize(
    "query", ["kurosawa", "takashi shimura", "seven samurai 1954", "ikriu", "shimura odagiri"]
)
async def test_the_page_marks_what_the_api_tells(client: AsyncClient, query: str) -> None:
    movies: list[dict[str, Any]] = (await client.get("/api/v1/search_movie", params={"name": query})).json()[
        "movies"
    ]
    told = [
        match["text"][start:end]
        for movie in movies
        for match in movie["matched_on"]
        for start, end in match["ranges"]
    ]
    assert sorted((await page_for(client, query)).texts("mark")) == sorted(told)


@pytest.mark.parametrize(
    ("score", "shown"), [(8.25, "8.3"), (8.249, "8.2"), (8.35, "8.3"), (0.0, "0.0"), (10.0, "10.0")]
)
async def test_a_score_is_shown_as_the_script_shows_it(
    client: AsyncClient, services: Services, score: float, shown: str
) -> None:
    # It holds 8.35 as a little less, and 8.25 as it is.
    await services.movies.load([new_movie(name="Yojimbo", imdb_score=score)])
    await catch_up(services)
    assert (await page_for(client, "yojimbo")).texts("strong", data_part="score") == [shown]


async def test_markup_in_a_film_is_text(client: AsyncClient, services: Services) -> None:
    await services.movies.load([new_movie(name=f"Rashomon {HOSTILE}", director=HOSTILE, cast=[HOSTILE])])
    await catch_up(services)
    page = await page_for(client, "rashomon alert")
    assert page.texts("h2") == [f"Rashomon {HOSTILE}"]
    assert page.texts("p", data_part="cast") == [f"with {HOSTILE}"]
    assert page.texts("mark") == ["Rashomon", "alert", "alert", "alert"]
    assert all(script.get("src") for script in page.all("script"))


async def test_titles_from_the_database_show_it_too(client: AsyncClient, services: Services) -> None:
    await lose_index(services)
    assert await casts(client, "ikir") == ["with Takashi Shimura, Miki Odagiri"]

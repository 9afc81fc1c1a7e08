"""The page at `/` as a browser without JavaScript sees it."""

import pytest
from httpx import AsyncClient

from cinedex.services import Services
from tiers import EMBEDDED
from web.films import AMELIE, FILMS, IKIRU, METROPOLIS, SEVEN_SAMURAI
from web.html import Page

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def shown(client: AsyncClient, query: str) -> Page:
    answer = await client.get("/", params={"q": query})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


@pytest.mark.usefixtures("films")
async def test_without_a_query_it_invites(client: AsyncClient) -> None:
    for address in ("/", "/?q=", "/?q=%20%20", "/?other=1"):
        answer = await client.get(address)
        page = Page(answer.text)
        assert answer.status_code == 200
        assert page.texts("strong", data_part="count") == [str(len(FILMS))]
        assert page.all("section", id="invitation") == [{"id": "invitation"}]
        assert page.texts("p", id="status") == [""]


@pytest.mark.usefixtures("films")
async def test_a_query_shows_films_in_the_order_of_the_api(client: AsyncClient) -> None:
    page = await shown(client, "kurosawa")
    found = (await client.get("/api/v1/search_movie?name=kurosawa")).json()["movies"]
    names = page.texts("h2", data_part="name")
    assert names == [movie["name"] for movie in found]
    assert set(names) == {SEVEN_SAMURAI.name, IKIRU.name}
    assert page.texts("p", id="status") == ["2 films"]
    assert page.all("input", name="q")[0]["value"] == "kurosawa"
    assert "hidden" in page.all("section", id="invitation")[0]


@pytest.mark.usefixtures("films")
async def test_a_film_shows_all_that_is_known(client: AsyncClient) -> None:
    page = await shown(client, "seven samurai")
    parts = ("year", "name", "director", "genres", "score", "votes")
    first = {part: text[0] for part in parts if (text := page.texts("*", data_part=part))}
    assert first == {
        "year": "1954",
        "name": SEVEN_SAMURAI.name,
        "director": "Akira Kurosawa",
        "genres": "Action, Drama",
        "score": "8.6",
        "votes": "380,000 votes",
    }


@pytest.mark.usefixtures("films")
async def test_a_film_shows_nothing_that_is_not_known(client: AsyncClient) -> None:
    answer = await client.get("/?q=metropolis")
    page = Page(answer.text)
    assert METROPOLIS.name in page.texts("h2", data_part="name")
    for part in ("year", "rating", "credit", "cast", "genres"):
        assert not page.texts("*", data_part=part)
    assert "None" not in answer.text


@pytest.mark.usefixtures("films")
async def test_a_director_leads_to_their_films(client: AsyncClient) -> None:
    page = await shown(client, "amelie")
    address = page.all("a", data_part="director")[0]["href"]
    assert address == "/?q=Jean-Pierre%20Jeunet"
    assert AMELIE.name in Page((await client.get(address)).text).texts("h2", data_part="name")


@pytest.mark.usefixtures("films")
async def test_nothing_found_is_an_answer(client: AsyncClient) -> None:
    page = await shown(client, "zzzzqqqq")
    assert page.texts("p", id="status") == ["No film matches “zzzzqqqq”."]
    assert SEVEN_SAMURAI.name not in page.texts("h2", data_part="name")


@pytest.mark.usefixtures("films")
async def test_markup_in_a_query_is_text(client: AsyncClient) -> None:
    answer = await client.get("/", params={"q": HOSTILE})
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.all("input", name="q")[0]["value"] == HOSTILE
    assert page.all("script") == [script for script in page.all("script") if script.get("src")]
    assert not page.all("img")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("x" * 501, "at most 500 characters"),
        ("x" * 10_000, "at most 500 characters"),
        ("%00", "control characters"),
        ("a%1b[31m", "control characters"),
        ("%ef%bf%bf", "control characters"),
    ],
)
async def test_what_cannot_be_searched_for_is_a_400_that_says_why(
    client: AsyncClient, query: str, why: str
) -> None:
    answer = await client.get(f"/?q={query}")
    page = Page(answer.text)
    assert answer.status_code == 400
    assert page.texts("p", id="status") == [f"This cannot be searched for: {why}."]
    assert len(answer.text) < 10_000


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("query", ["%ff%fe", "%ed%a0%80", "a&q=b", "%", "+%E2%80%AE+", "🎬"])
async def test_no_query_is_a_crash(client: AsyncClient, query: str) -> None:
    answer = await client.get(f"/?q={query}")
    assert answer.status_code in {200, 400}
    assert Page(answer.text).all("form", id="search")


async def test_without_an_index_titles_are_compared_and_the_page_says_so(
    client: AsyncClient, services: Services
) -> None:
    await services.movies.load([IKIRU])
    page = await shown(client, "ikir")
    assert page.texts("h2", data_part="name") == ["Ikiru"]
    assert page.texts("p", id="status") == [
        "1 film. The index is not ready; only beginnings of titles were compared."
    ]


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
async def test_with_neither_index_nor_database_it_is_a_calm_503(
    client: AsyncClient, services: Services
) -> None:
    services.settings.database_path.write_bytes(b"")
    answer = await client.get("/?q=ikiru")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert Page(answer.text).texts("p", id="status") == [
        "The catalogue cannot be reached now. Please try again."
    ]


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
async def test_without_a_database_the_invitation_does_not_count(
    client: AsyncClient, services: Services
) -> None:
    services.settings.database_path.write_bytes(b"")
    answer = await client.get("/")
    assert answer.status_code == 200
    assert not Page(answer.text).texts("strong", data_part="count")


async def test_head_is_answered(client: AsyncClient) -> None:
    answer = await client.head("/")
    assert answer.status_code == 200
    assert answer.content == b""

"""Whatever is sent to the calls of search: films or a refusal with a message, never a crash."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from httpx import AsyncClient, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from films import FILMS
from search.lists import LIST, SEARCH, SUGGEST, UNDERSTOOD

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

# The dozen and the films serve all examples.
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

signs = [
    ">8",
    "score:7.5",
    "9+",
    "1980-1999",
    "since 1990",
    "before 1960",
    "genre:horror",
    "dir:lynch",
    "50s",
]
titles = st.sampled_from(
    [film.name for film in FILMS] + [film.director or "" for film in FILMS] + [*signs, "horror", "movies"]
)
odd = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "\u202e",
        "x" * 10_000,
        "x" * 500,
        "🎬" * 200,
        "8½",
        "(",
        'a AND "b',
        "*",
        "name:alien",
        "/.*/",
        "~2",
        "[a TO z]",
        "a " * 250,
        "İSTANBUL",
        "ß" * 500,
        "七人の侍",
        "Ἀλίεν",
        "\u0301" * 300,
    ]
)
texts = st.text(st.characters(exclude_categories=())) | titles | odd
pieces = st.lists(titles | st.text(max_size=4) | st.text("aeiourst ", max_size=8), min_size=1, max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
near = st.integers(1860, 2110) | st.floats() | values
filters: dict[str, st.SearchStrategy[Any]] = {
    "genre": st.sampled_from(["Horror", "horror", "Drama"]) | st.lists(texts, max_size=3) | values,
    "director": pieces.map(" ".join) | values,
    "year_from": near,
    "year_to": near,
    "score_from": st.floats(-1, 11) | values,
    "interpret": st.sampled_from([True, False, "false", 0]) | values,
}
bodies = st.fixed_dictionaries(
    {"name": texts | pieces.map(" ".join) | values},
    optional={"limit": st.integers(-2, 200) | values, "other": values} | filters,
)
lists = st.fixed_dictionaries(
    {},
    optional=filters
    | {
        "q": texts | pieces.map(" ".join),
        "limit": st.integers(-2, 200) | values,
        "sort": st.sampled_from(["relevance", "score", "popularity", "year", "name"]) | texts,
        "cursor": texts,
        "other": values,
    },
)


def check(response: Response) -> None:
    """Check that the answer is one of the contract's."""
    answer: dict[str, Any] = response.json()
    if response.status_code == 200:
        assert answer.keys() - UNDERSTOOD == {"message", "movies"}
        ids = [movie["id"] for movie in answer["movies"]]
        assert ids
        assert len(ids) == len(set(ids))
    else:
        assert response.status_code in {400, 404, 413}, response.text
        assert answer["message"]
        assert answer["code"]


@many
@given(body=bodies | values)
async def test_any_json(dozen: AsyncClient, body: Any) -> None:
    content = json.dumps(body).encode()
    check(await dozen.post(SEARCH, content=content, headers={"content-type": JSON}))


@many
@given(body=bodies)
async def test_any_json_that_is_not_escaped(dozen: AsyncClient, body: Any) -> None:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    check(await dozen.post(SEARCH, content=content, headers={"content-type": JSON}))


@many
@given(body=bodies)
async def test_any_form_and_query_string(dozen: AsyncClient, body: dict[str, Any]) -> None:
    content = urlencode(body, doseq=True, errors="surrogatepass")
    check(await dozen.post(SEARCH, content=content.encode(), headers={"content-type": FORM}))
    if len(content) < 60_000:
        check(await dozen.get(f"{SEARCH}?{content}"))


@many
@given(asked=lists)
async def test_any_list_and_suggestion(dozen: AsyncClient, asked: dict[str, Any]) -> None:
    query = urlencode(asked, doseq=True, errors="surrogatepass")
    for path in (LIST, SUGGEST):
        if len(query) < 60_000:
            response = await dozen.get(f"{path}?{query}")
            answer = response.json()
            if response.status_code == 200:
                assert answer.keys() >= {"movies", "total"} or answer.keys() == {"suggestions"}
            else:
                assert response.status_code == 400, response.text
                assert answer["message"]
                assert answer["code"]


@many
@given(
    query=st.text(st.characters(codec="ascii"), max_size=200)
    | st.text("qgenre=&%+0123456789ABCDEF", max_size=40)
)
async def test_any_query_string(dozen: AsyncClient, query: str) -> None:
    for path in (SEARCH, LIST, SUGGEST):
        quoted = quote(query, safe="=&%+")
        assert (await dozen.get(f"{path}?{quoted}")).status_code in {200, 400, 404}


@many
@given(content=st.binary(max_size=300), kind=st.sampled_from([JSON, FORM]))
async def test_any_bytes(dozen: AsyncClient, content: bytes, kind: str) -> None:
    check(await dozen.post(SEARCH, content=content, headers={"content-type": kind}))


@many
@given(text=pieces.map(" ".join))
async def test_any_name_that_is_one(dozen: AsyncClient, text: str) -> None:
    response = await dozen.get(SEARCH, params={"name": text})
    check(response)
    if response.status_code == 400:
        is_shown = any(character.isprintable() and character != " " for character in text)
        assert not is_shown or "cannot be used" in response.text or len(text) > 500

"""Whatever is sent to `add_movie`: never a crash, always JSON with a message, and stored as it was sent."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.foundation.text import is_blank
from cinedex.movies.service import MovieService
from cinedex.services import Services
from movies.calls import ADD, Client, Headers
from movies.values import FORM, JSON, many, texts, values

names = st.sampled_from(
    [
        "name",
        "director",
        "imdb_score",
        "popularity",
        "99popularity",
        "genre",
        "genres",
        "year",
        "votes",
        "cast",
    ]
)
likely = st.fixed_dictionaries(
    {"name": texts, "director": texts, "imdb_score": st.floats(0, 10) | st.integers(0, 10)},
    optional={
        "popularity": st.floats(0, 1_000_000) | st.none(),
        "year": st.integers(1870, 2100) | st.none(),
        "votes": st.integers(0, 2**31 - 1) | st.none(),
        "cast": st.lists(texts, max_size=3) | st.none(),
        "genre": st.sampled_from(["Drama", ["Drama", "drama"], [], ["", "Drama"], ["Western"], None]),
    },
)
bodies = st.tuples(likely, st.dictionaries(names, values, max_size=2)).map(lambda both: both[0] | both[1])


@pytest.fixture
async def movies(services: Services) -> MovieService:
    for title in ("Drama", "Western"):
        await services.movies.add_genre(title)
    return services.movies


@many
@given(body=bodies | values)
async def test_any_json(client: Client, movies: MovieService, admin: Headers, body: Any) -> None:
    added = await post(client, json.dumps(body).encode(), JSON, admin)
    if added:
        await check_stored(movies, added["id"], body)


@many
@given(body=bodies)
async def test_any_json_that_is_not_escaped(
    client: Client, movies: MovieService, admin: Headers, body: dict[str, Any]
) -> None:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    added = await post(client, content, JSON, admin)
    if added:
        await check_stored(movies, added["id"], body)


@many
@given(body=bodies)
async def test_any_form(client: Client, movies: MovieService, admin: Headers, body: dict[str, Any]) -> None:
    content = urlencode(body, doseq=True, errors="surrogatepass")
    added = await post(client, content.encode(), FORM, admin)
    if added:
        sent = dict(parse_qsl(content))
        [stored] = await movies.documents([added["id"]])
        assert stored.name == " ".join(sent["name"].split())
        assert stored.director == " ".join(sent["director"].split())
        assert stored.imdb_score == round(float(sent["imdb_score"]), 3)
        await movies.delete(stored.id)


@many
@given(content=st.binary(), kind=st.sampled_from([JSON, FORM]))
async def test_any_bytes(client: Client, admin: Headers, content: bytes, kind: str) -> None:
    assert await post(client, content, kind, admin) is None


async def post(client: Client, content: bytes, kind: str, admin: Headers) -> dict[str, Any] | None:
    """Send a body; return the movie that was added, or None for a refusal of the right shape."""
    response = await client.post(ADD, content=content, headers=admin | {"content-type": kind})
    answer: dict[str, Any] = response.json()
    assert answer["message"]
    if response.status_code == 201:
        movie: dict[str, Any] = answer["movie"]
        return movie
    assert response.status_code in {400, 404, 409, 413}
    assert answer["code"]
    return None


async def check_stored(movies: MovieService, movie_id: int, sent: dict[str, Any]) -> None:
    """Check that the movie of the catalogue is the one that was sent, cleaned; delete it for the next example."""
    [stored] = await movies.documents([movie_id])
    assert stored.name == " ".join(sent["name"].split())
    assert stored.director == " ".join(sent["director"].split())
    assert stored.imdb_score == round(sent["imdb_score"], 3)
    assert stored.year == sent.get("year")
    assert stored.votes == sent.get("votes")
    popularity = sent.get("popularity")
    assert stored.popularity == (popularity if popularity is not None else sent.get("99popularity"))
    assert list(stored.cast) == [
        " ".join(name.split()) for name in sent.get("cast") or () if not is_blank(name)
    ]
    await movies.delete(movie_id)

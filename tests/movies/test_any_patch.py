"""Whatever is sent to change a film: never a crash, and a film that is as the answer says."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.movies.models import NewMovie, new_movie
from cinedex.services import Services
from films import ALIEN
from movies.calls import FIRST, MOVIES, Client, Headers
from movies.values import FORM, JSON, many, numbers, texts, values

likely = st.fixed_dictionaries(
    {},
    optional={
        "name": texts,
        "director": texts | st.none(),
        "imdb_score": st.floats(0, 10) | st.none(),
        "popularity": st.floats(0, 1_000_000) | st.none(),
        "year": st.integers(1870, 2100) | st.none(),
        "votes": st.integers(0, 2**31 - 1) | st.none(),
        "cast": st.lists(texts, max_size=3) | st.none(),
        "genre": st.sampled_from(["Horror", ["Horror", "horror"], [], ["", "Horror"], ["Western"], None]),
        "genres": st.sampled_from(["Horror", [], None, ["Western"]]),
    },
)
fields = st.sampled_from(
    ["name", "director", "imdb_score", "popularity", "genre", "genres", "year", "votes", "cast"]
)
bodies = st.one_of(likely, st.dictionaries(fields | texts, values, max_size=5), values)


@pytest.fixture
async def film(services: Services) -> Services:
    """The services, with a film to be changed."""
    await services.movies.load([ALIEN])
    return services


async def change(client: Client, content: bytes, kind: str, headers: Headers) -> None:
    """Send a change; check that the film is then as the answer says, or as it was."""
    before = await client.get(FIRST)
    response = await client.patch(FIRST, content=content, headers=headers | {"content-type": kind})
    after = await client.get(FIRST)
    if response.status_code == 200:
        assert (after.json(), after.headers["etag"]) == (response.json(), response.headers["etag"])
        return
    assert response.status_code in {400, 404, 413}, response.text
    assert response.json()["message"]
    assert response.json()["code"]
    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])


@many
@given(body=bodies)
async def test_any_json(client: Client, film: Services, admin: Headers, body: Any) -> None:
    await change(client, json.dumps(body).encode(), JSON, admin)
    # Whatever it holds now could be given to a new film as it is.
    movie = await film.movies.get(1)
    parts = {name: getattr(movie, name) for name in NewMovie.__struct_fields__}
    assert new_movie(**parts) == NewMovie(**parts)


@many
@given(content=st.binary(), kind=st.sampled_from([JSON, FORM]))
@pytest.mark.usefixtures("film")
async def test_any_bytes(client: Client, admin: Headers, content: bytes, kind: str) -> None:
    await change(client, content, kind, admin)


@many
@given(
    # Without an id it is the list of films.
    movie_id=numbers | texts.filter(bool),
    names=st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=50),
)
@pytest.mark.usefixtures("film")
async def test_any_id_and_any_condition(client: Client, admin: Headers, movie_id: object, names: str) -> None:
    sent = {name.encode(): value.encode() for name, value in admin.items()}
    sent |= dict.fromkeys([b"if-match", b"if-none-match"], names.encode("latin-1"))
    address = f"{MOVIES}/{quote(str(movie_id), safe='', errors='surrogatepass')}"
    for response in (
        await client.get(address, headers=sent),
        await client.patch(address, json={"votes": 1}, headers=sent),
    ):
        assert response.status_code in {200, 304, 400, 404, 412}, response.text

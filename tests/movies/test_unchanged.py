"""A patch that leaves a film as it was writes nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.movies.models import Movie, new_movie
from cinedex.services import Services
from movies.calls import MOVIES, Client, Headers, noted
from movies.values import many

# Names of real films, in whatever disguise a catalogue may spell them.
marks = st.sampled_from(["", "!", " ", " II", "²", "é", "Ł", "\u200d", "🎬", " & ", "½"])
names = st.builds(
    lambda first, name, last: f"{first}{name}{last}",
    marks,
    st.sampled_from(["Heat", "8½", "Amélie", "七人の侍", "Сталкер", "M", "!!!"]),
    marks,
)
genres = st.lists(st.sampled_from(["Drama", "Crime", "War", "Film noir"]), max_size=4)
parts = st.fixed_dictionaries(
    {"name": names},
    optional={
        "director": st.sampled_from(["Michael Mann", "黒澤明", None]),
        "imdb_score": st.floats(0, 10) | st.none(),
        "popularity": st.floats(0, 1_000_000) | st.none(),
        "genres": genres,
        "year": st.integers(1870, 2100) | st.none(),
        "votes": st.integers(0, 2**31 - 1) | st.none(),
        "cast": st.lists(st.sampled_from(["Al Pacino", "三船敏郎", "Jean Reno"]), max_size=3),
    },
)

chosen_names = st.lists(
    st.sampled_from(
        ["name", "director", "imdb_score", "popularity", "genres", "year", "votes", "cast"],
    ),
    min_size=1,
    unique=True,
)


def own_values(movie: Movie) -> dict[str, Any]:
    """Return the film's values as a patch names them."""
    return {
        "name": movie.name,
        "director": movie.director,
        "imdb_score": movie.imdb_score,
        "popularity": movie.popularity,
        "genres": list(movie.genres),
        "year": movie.year,
        "votes": movie.votes,
        "cast": list(movie.cast),
    }


@pytest.fixture
async def spelt(services: Services) -> Services:
    """The services, with genres that the catalogue spells in its own way."""
    for title in ("DRAMA", "Crime", "War", "Film-Noir"):
        await services.movies.add_genre(title)
    return services


@many
@given(given_parts=parts, chosen=chosen_names)
async def test_its_own_values_change_nothing_and_keep_the_tag(
    client: Client,
    spelt: Services,
    admin: Headers,
    given_parts: dict[str, Any],
    chosen: list[str],
) -> None:
    movie = await spelt.movies.add(new_movie(**given_parts))
    address = f"{MOVIES}/{movie.id}"
    before = await client.get(address)
    notes = len(await noted(spelt.database))
    own = own_values(movie)
    response = await client.patch(address, json={name: own[name] for name in chosen}, headers=admin)
    assert response.status_code == 200, response.text
    assert (response.json(), response.headers["etag"]) == (before.json(), before.headers["etag"])
    assert await spelt.movies.get(movie.id) == movie
    assert len(await noted(spelt.database)) == notes
    await spelt.movies.delete(movie.id)


@many
@given(first=parts, then=parts)
async def test_a_patch_changes_what_it_names_and_doing_it_again_nothing_more(
    client: Client, spelt: Services, admin: Headers, first: dict[str, Any], then: dict[str, Any]
) -> None:
    movie = await spelt.movies.add(new_movie(**first))
    address = f"{MOVIES}/{movie.id}"
    response = await client.patch(address, json=then, headers=admin)
    assert response.status_code == 200, response.text
    # The same film, added with the changes already made.
    await spelt.movies.delete(movie.id)
    whole = await spelt.movies.add(new_movie(**first | then))
    assert response.json() == (await client.get(f"{MOVIES}/{whole.id}")).json() | {"id": movie.id}
    tag = (await client.get(f"{MOVIES}/{whole.id}")).headers["etag"]
    again = await client.patch(f"{MOVIES}/{whole.id}", json=then, headers=admin)
    assert (again.json()["id"], again.headers["etag"]) == (whole.id, tag)
    await spelt.movies.delete(whole.id)

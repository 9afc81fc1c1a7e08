"""Queries made of films: each wants all films for which it is right, and the same seed makes the same set."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from cinedex.foundation.folding import fold
from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie, new_movie
from cinedex.movies.sample import SAMPLE
from cinedex.search.evaluation.making import make_queries
from cinedex.search.evaluation.queries import By, JudgedQuery
from films import ALIEN, BLADE_RUNNER, DUNE_1984, DUNE_2021, JAWS, PSYCHO, VERTIGO

KINDS = {
    "exact", "prefix", "typo1", "typo2", "typo_prefix", "joined", "split", "dropped", "order", "roman",
    "accents", "title+director", "title+year", "director", "director_typo",
}  # fmt: skip

with MovieFile(SAMPLE) as file:
    FILMS = {number: film for number, film in enumerate(file) if isinstance(film, NewMovie)}

few = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 2**32)


def made(
    films: Sequence[NewMovie] | Mapping[int, NewMovie], kind: str = "", seed: int = 1, per_kind: int = 60
) -> list[JudgedQuery]:
    numbered = films if isinstance(films, Mapping) else dict(enumerate(films, 10))
    queries = make_queries(numbered, By.ID, seed=seed, per_kind=per_kind)
    return [query for query in queries if query.kind == kind or not kind]


@few
@given(seeds)
def test_the_same_seed_makes_the_same_queries_in_whatever_order_films_come(seed: int) -> None:
    backwards = dict(reversed(FILMS.items()))
    assert made(FILMS, seed=seed, per_kind=5) == made(backwards, seed=seed, per_kind=5)
    assert made(FILMS, seed=seed, per_kind=5) != made(FILMS, seed=seed + 1, per_kind=5)


@few
@given(seeds)
def test_every_kind_is_made_of_the_sample_and_each_film_wanted_is_right(seed: int) -> None:
    queries = made(FILMS, seed=seed, per_kind=8)
    assert Counter(query.kind for query in queries) == dict.fromkeys(KINDS, 8)
    assert len({(query.kind, query.query) for query in queries}) == len(queries)
    for query in queries:
        films = [FILMS[number] for number in query.want]
        titles = {fold(film.name) for film in films}
        directors = {fold(film.director or "") for film in films}
        assert list(query.want) == sorted(set(query.want))
        match query.kind:
            case "director":
                assert directors == {query.query}
            case "director_typo":
                assert [OSA.distance(query.query, director) for director in directors] == [1]
            case "exact" | "accents":
                assert titles == {fold(query.query)}
            case "typo1" | "typo2":
                assert any(OSA.distance(query.query, title) == int(query.kind[-1]) for title in titles)
            case "title+year":
                assert all(str(film.year) in query.query for film in films)
            case "title+director":
                assert all(director.split()[-1] in query.query.split() for director in directors)


@few
@given(seeds, st.integers(1, 40))
def test_a_kind_does_not_change_with_how_many_are_asked_for(seed: int, per_kind: int) -> None:
    all_made = groupby(made(FILMS, seed=seed, per_kind=40), key=lambda query: query.kind)
    assert made(FILMS, seed=seed, per_kind=per_kind) == [
        query for _, of_kind in all_made for query in list(of_kind)[:per_kind]
    ]


def test_each_kind_draws_other_films() -> None:
    exact, prefix = ({query.want for query in made(FILMS, kind, per_kind=20)} for kind in ("exact", "prefix"))
    assert len(exact & prefix) <= 3


def test_what_is_longer_than_a_query_may_be_is_not_made() -> None:
    endless = new_movie(name="Jaws " * 100, director="Steven Spielberg")
    kinds = {query.kind for query in made([endless])}
    assert "exact" in kinds
    assert "title+director" not in kinds


def test_a_title_wants_all_films_that_share_it() -> None:
    assert made([DUNE_1984, ALIEN, DUNE_2021], "exact", per_kind=1, seed=2) in (
        [JudgedQuery("exact", "Dune", (10, 12), By.ID)],
        [JudgedQuery("exact", "Alien", (11,), By.ID)],
    )
    assert {query.query: query.want for query in made([DUNE_1984, ALIEN, DUNE_2021], "exact")} == {
        "Dune": (10, 12),
        "Alien": (11,),
    }


def test_a_query_that_is_another_title_wants_that_too() -> None:
    sequel = new_movie(name="Jaws 2", director="Jeannot Szwarc", year=1978)
    assert {query.query: query.want for query in made([JAWS, sequel], "prefix")} == {"jaws": (10, 11)}


def test_a_year_or_a_director_tells_films_of_one_title_apart() -> None:
    films = [DUNE_1984, ALIEN, DUNE_2021]
    assert {query.query: query.want for query in made(films, "title+year")} == {
        "dune 1984": (10,),
        "dune 2021": (12,),
    }
    by_director = {
        " ".join(sorted(query.query.split())): query.want for query in made(films, "title+director")
    }
    assert by_director == {"dune lynch": (10,), "alien scott": (11,), "dune villeneuve": (12,)}


def test_a_year_is_not_typed_where_nobody_knows_it_or_it_tells_nothing() -> None:
    unknown = new_movie(name="Dune", director="David Lynch")
    assert [query.query for query in made([unknown, DUNE_2021], "title+year")] == ["dune 2021"]
    assert made([ALIEN, PSYCHO], "title+year") == []


def test_a_director_of_three_films_wants_them_all() -> None:
    birds = new_movie(name="The Birds", director="Alfred Hitchcock", year=1963)
    films = [PSYCHO, ALIEN, VERTIGO, BLADE_RUNNER, birds]
    assert made(films, "director") == [JudgedQuery("director", "alfred hitchcock", (10, 12, 14), By.ID)]
    typed = made(films, "director_typo")
    assert typed
    for query in typed:
        assert query.want == (10, 12, 14)
        assert OSA.distance(query.query, "alfred hitchcock") == 1


def test_an_unknown_director_is_none() -> None:
    films = [new_movie(name=name) for name in ("Alien", "Brazil", "Fargo")]
    assert {query.kind for query in made(films)}.isdisjoint({"director", "director_typo", "title+director"})


def test_a_name_without_letters_and_no_films_at_all_make_nothing() -> None:
    assert made([new_movie(name="$", director="Richard Brooks", year=1971)]) == []
    assert made({}) == []


@pytest.mark.parametrize("by", By)
def test_queries_say_what_their_numbers_are(by: By) -> None:
    assert {query.by for query in make_queries({3: ALIEN}, by, seed=1, per_kind=1)} == {by}

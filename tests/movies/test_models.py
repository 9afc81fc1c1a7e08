"""What a movie may be, and when two are the same."""

import unicodedata
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cinedex.foundation.errors import Invalid
from cinedex.foundation.folding import fold, fold_key
from cinedex.movies.models import LONGEST_KEY, LONGEST_KEY_BYTES, MOST_VOTES, YEARS, NewMovie, new_movie

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
lines = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters=TURNING), min_size=1, max_size=60
).filter(lambda text: any(unicodedata.category(character)[0] not in "CZ" for character in text))
years = st.none() | st.integers(YEARS[0], YEARS[-1])


@given(name=lines, director=lines, year=years)
def test_what_folds_to_the_same_is_the_same(name: str, director: str, year: int | None) -> None:
    movie = new_movie(name=name, director=director, year=year)
    for respelt in (name.upper(), f"  {name} ", fold(name)):
        if fold(respelt) and fold_key(respelt) == fold_key(name):
            other = new_movie(name=respelt, director=director.upper(), year=year)
            same_director = fold_key(director.upper()) == fold_key(director)
            assert (other.identity_key == movie.identity_key) is same_director


@given(name=lines, director=lines, first=years, second=years)
def test_another_year_is_another_movie(
    name: str, director: str, first: int | None, second: int | None
) -> None:
    assume(first != second)
    movies = [new_movie(name=name, director=director, year=year) for year in (first, second)]
    assert movies[0].identity_key != movies[1].identity_key


@given(first=lines, second=lines)
def test_a_name_never_runs_into_the_director(first: str, second: str) -> None:
    assume(fold_key(first) != fold_key(second))
    crossed = [new_movie(name=first, director=second), new_movie(name=second, director=first)]
    assert crossed[0].identity_key != crossed[1].identity_key


def test_a_word_moved_from_the_director_to_the_name_makes_another_movie() -> None:
    movie = new_movie(name="Il postino", director="Michael Radford")
    assert movie.identity_key != new_movie(name="Il postino Michael", director="Radford").identity_key


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Spider-Man", "Spider Man"),
        ("Amélie", "AMELIE"),
        ("Alien³", "Alien 3"),
        ("Fast & Furious", "Fast and Furious"),
        ("Schindler's List", "Schindlers List"),
        ("Le Cercle rouge", "  le  cercle   ROUGE "),
    ],
)
def test_spellings_of_one_film(first: str, second: str) -> None:
    assert new_movie(name=first).identity_key == new_movie(name=second).identity_key


@pytest.mark.parametrize(
    ("first", "second"),
    [("Rocky", "Rocky II"), ("Her", "Hers"), ("8½", "8"), ("???", "!!!"), ("七人の侍", "羅生門")],
)
def test_two_films(first: str, second: str) -> None:
    assert new_movie(name=first).identity_key != new_movie(name=second).identity_key


def test_the_key_of_the_longest_names_fits_into_an_index() -> None:
    letters = "".join(chr(0x20000 + number * 7919 % 40_000) for number in range(700))
    longest = new_movie(name=letters[:500], director=letters[500:])
    assert len(longest.identity_key) <= LONGEST_KEY
    assert len(longest.identity_key.encode()) <= LONGEST_KEY_BYTES
    assert longest.identity_key.startswith(letters[:400])
    assert longest.identity_key != new_movie(name=letters[:500], director=letters[501:]).identity_key


def test_genres_are_trimmed_and_named_once_in_the_order_given() -> None:
    movie = new_movie(name="Metropolis", genres=[" Drama", "", "Sci-Fi", "drama", "SCI FI", " ", "\u200b"])
    assert movie.genres == ("Drama", "Sci-Fi")


def test_nobody_in_the_cast_is_blank() -> None:
    assert new_movie(name="Metropolis", cast=["", " Brigitte  Helm", "\t", "\ufeff"]).cast == (
        "Brigitte Helm",
    )


@pytest.mark.parametrize("zero", [-0.0, 0, 0.0])
def test_zero_has_no_sign(zero: float) -> None:
    movie = new_movie(name="Metropolis", imdb_score=zero, popularity=zero)
    assert (str(movie.imdb_score), str(movie.popularity)) == ("0.0", "0.0")


@pytest.mark.parametrize(
    ("given_score", "score"),
    [(7.0005, 7.0), (7.0006, 7.001), (22 / 3, 7.333), (9.2, 9.2), (9.9999, 10.0), (5e-324, 0.0)],
)
def test_a_score_is_rounded_to_thousandths(given_score: float, score: float) -> None:
    assert new_movie(name="Metropolis", imdb_score=given_score).imdb_score == score


@given(st.floats(0, 10))
def test_a_rounded_score_is_near_and_stays(score: float) -> None:
    rounded = new_movie(name="Metropolis", imdb_score=score).imdb_score
    assert rounded is not None
    assert abs(Fraction(rounded) - Fraction(score)) <= Fraction(501, 1_000_000)
    assert rounded == round(rounded * 1000) / 1000
    assert new_movie(name="Metropolis", imdb_score=rounded).imdb_score == rounded


def test_the_widest_movie_there_is() -> None:
    movie = new_movie(
        name="x" * 500, director="y" * 200, imdb_score=10, popularity=1e6, year=2100, votes=MOST_VOTES
    )
    assert isinstance(movie, NewMovie)


@pytest.mark.parametrize(
    "parts",
    [
        {"name": ""},
        {"name": "\x1f"},
        {"name": "\ud83c"},
        {"director": " "},
        {"imdb_score": float("nan")},
        {"imdb_score": float("inf")},
        {"imdb_score": 10**400},
        {"popularity": -5e-324},
        {"year": 10**30},
        {"year": 0},
        {"votes": 2**31},
        {"votes": 2**63},
        {"genres": ["\x07"]},
        {"cast": ["\x07"]},
        {"cast": ["\x1f"]},
        {"genres": ["\u202eamarD"]},
    ],
)
def test_what_is_no_movie(parts: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        new_movie(**({"name": "Metropolis"} | parts))
    [field] = parts
    assert refusal.value.fields.keys() == {"genre" if field == "genres" else field}

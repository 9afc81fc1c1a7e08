"""Made films: like the real ones, the same every time, none of them twice."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Hamming

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from films import FILMS
from synthesise import enlarge

LENGTHS = {len(film.name.split()) for film in FILMS}
WORDS = {word for film in FILMS for word in film.name.split()}


def made(count: int) -> list[NewMovie]:
    return list(islice(enlarge(FILMS, len(FILMS) + count), len(FILMS), None))


@given(st.integers(0, 300), st.integers(0, 300))
def test_fewer_films_are_the_beginning_of_more(one: int, other: int) -> None:
    fewer, more = (list(enlarge(FILMS, count)) for count in sorted((one, other)))
    assert (len(fewer), len(more)) == tuple(sorted((one, other)))
    assert more[: len(fewer)] == fewer


def test_the_real_films_come_first() -> None:
    assert tuple(islice(enlarge(FILMS, 300), len(FILMS))) == FILMS


def test_no_film_is_there_twice_not_even_a_real_one() -> None:
    films = list(enlarge([*FILMS, *FILMS], 1000))
    assert len({film.identity_key for film in films}) == len(films) == 1000


def test_titles_are_as_long_as_real_ones_and_of_their_words() -> None:
    for film in made(500):
        words = film.name.split()
        assert len(words) in LENGTHS
        for word in words:
            assert min(Hamming.distance(word, real) for real in WORDS if len(real) == len(word)) <= 1


def test_six_words_of_a_hundred_are_changed() -> None:
    with MovieFile(SAMPLE) as file:
        real = [film for film in file if isinstance(film, NewMovie)]
    known = {word for film in real for word in film.name.split()}
    words = [
        word
        for film in islice(enlarge(real, len(real) + 3000), len(real), None)
        for word in film.name.split()
    ]
    assert 0.05 < sum(word not in known for word in words) / len(words) < 0.07


def test_the_other_parts_are_those_of_real_films() -> None:
    parts = {(film.year, film.imdb_score, film.votes, film.genres, film.cast) for film in FILMS}
    directors = {film.director for film in FILMS}
    for film in made(500):
        assert (film.year, film.imdb_score, film.votes, film.genres, film.cast) in parts
        assert film.director in directors

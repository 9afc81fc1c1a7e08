"""The sample that comes with the program."""

import asyncio
from pathlib import Path

from cinedex.foundation.database.opening import open_database
from cinedex.foundation.urls import DatabaseUrl
from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE, load_sample
from cinedex.movies.service import MovieService

# What Mac Roman shows for é, è, ë, ó, á, ê, ô, ä, à, ù, ½ and … of Windows.
BROKEN = set("ÈËÎÛ·ÍÙ‰‡˘ΩÖ")


def sample() -> list[NewMovie]:
    with MovieFile(SAMPLE) as file:
        films = [entry for entry in file if isinstance(entry, NewMovie)]
    with MovieFile(SAMPLE) as file:
        assert len(list(file)) == len(films), "a line of the sample is refused"
    return films


def test_the_sample_is_large_rated_and_without_doubles() -> None:
    films = sample()
    assert len(films) >= 2900
    assert len({film.identity_key for film in films}) == len(films)
    assert all(film.imdb_score is not None and film.votes is not None for film in films)
    assert SAMPLE.stat().st_size < 100_000


def test_accents_are_whole() -> None:
    films = sample()
    names = {film.name for film in films}
    assert {"Léon", "Joyeux Noël", "Die Fälscher", "La mala educación", "Alien³", "Ri¢hie Ri¢h"} <= names
    assert {"Le Fabuleux destin d'Amélie Poulain", "The Naked Gun 2½: The Smell of Fear", "1776"} <= names
    assert not [name for name in names if BROKEN & set(name)]


def test_years_are_of_the_century_that_knows_cinema() -> None:
    years = {film.name: film.year for film in sample()}
    assert all(year is not None and 1915 <= year <= 2011 for year in years.values())
    assert years["The Best Years of Our Lives"] == 1946
    assert years["Casablanca"] == 1942
    assert years["The Wizard of Oz"] == 1939
    assert years["Witchboard"] == 1986
    assert years["2046"] == 2005


async def test_a_new_catalogue_takes_the_sample_once(movies: MovieService) -> None:
    assert await load_sample(movies) == len(sample())
    assert await load_sample(movies) == 0
    assert await movies.count() == len(sample())


async def test_deleted_films_stay_deleted(movies: MovieService) -> None:
    added = await movies.load(sample()[:3])
    for movie_id in range(1, added.added + 1):
        await movies.delete(movie_id)
    assert await load_sample(movies) == 0
    assert await movies.count() == 0


async def test_a_catalogue_with_a_film_in_it_is_left_alone(movies: MovieService) -> None:
    await movies.load(sample()[:1])
    assert await load_sample(movies) == 0
    assert await movies.count() == 1


async def test_of_two_that_start_together_one_loads(data_dir: Path, database_url: DatabaseUrl | None) -> None:
    databases = [open_database(database_url, data_dir / "cinedex.db") for _ in range(2)]
    added = await asyncio.gather(*(load_sample(MovieService(database)) for database in databases))
    assert sorted(added) == [0, len(sample())]
    assert await MovieService(databases[0]).count() == len(sample())
    for database in databases:
        await database.close()

"""The catalogue's use cases: what is stored, what is noted in the outbox, and who comes first."""

import asyncio
from pathlib import Path

import pytest

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.foundation.database.opening import open_database
from cinedex.foundation.urls import DatabaseUrl
from cinedex.movies import store
from cinedex.movies.models import new_movie
from cinedex.movies.sample import load_sample
from cinedex.movies.service import (
    GenreAlreadyExists,
    GenreNotFound,
    MovieAlreadyExists,
    MovieNotFound,
    MovieService,
)
from movies.calls import noted

ROCKY = new_movie(
    name="Rocky", director="John G. Avildsen", year=1976, genres=["Drama", "Sport"], cast=["Talia Shire"]
)
ALIEN = new_movie(name="Alien", director="Ridley Scott", year=1979, genres=["Horror"])


async def test_a_movie_and_its_note_are_one(database: Database, movies: MovieService) -> None:
    for title in ("Sport", "Drama"):
        await movies.add_genre(title)
    added = await movies.add(ROCKY)
    assert (await movies.documents([added.id])) == [added]
    assert added.genres == ("Drama", "Sport")
    assert await noted(database) == [added.id]


async def test_what_is_refused_leaves_no_trace(database: Database, movies: MovieService) -> None:
    with pytest.raises(GenreNotFound):
        await movies.add(ALIEN)
    await movies.add_genre("Horror")
    await movies.add(ALIEN)
    with pytest.raises(MovieAlreadyExists):
        await movies.add(ALIEN)
    assert await movies.count() == 1
    assert len(await noted(database)) == 1


async def test_a_film_with_the_longest_names_is_kept_and_found_by_their_beginning(
    movies: MovieService,
) -> None:
    letters = "".join(chr(0x20000 + number * 7919 % 40_000) for number in range(700))
    longest = new_movie(name=letters[:500], director=letters[500:])
    added = await movies.add(longest)
    with pytest.raises(MovieAlreadyExists):
        await movies.add(longest)
    assert await movies.find_by_title_prefix(letters[:300], 10) == [added]


async def test_beginnings_of_titles_are_found_in_the_same_order_everywhere(movies: MovieService) -> None:
    names = ["Alien", "Aliens", "Alien³", "ALIENATED", "Ali", "Amélie", "アリ", "A-lien", "Élan", "Zorro"]
    await movies.load([new_movie(name=name, votes=votes % 4 or None) for votes, name in enumerate(names)])
    found = [movie.name for movie in await movies.find_by_title_prefix("ALIEN", 10)]
    assert found == ["ALIENATED", "Alien³", "Aliens", "Alien"]
    assert [movie.name for movie in await movies.find_by_title_prefix("ア", 10)] == ["アリ"]


async def test_of_many_who_add_the_same_movie_one_does(
    data_dir: Path, database_url: DatabaseUrl | None
) -> None:
    databases = [open_database(database_url, data_dir / "cinedex.db") for _ in range(3)]
    await MovieService(databases[0]).add_genre("Horror")
    calls = [MovieService(database).add(ALIEN) for database in databases for _ in range(5)]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(end, MovieAlreadyExists) for end in ends) == 14
    assert await MovieService(databases[0]).count() == 1
    for database in databases:
        await database.close()


async def test_a_deleted_movie_is_gone_noted_and_its_id_is_not_used_again(
    database: Database, movies: MovieService
) -> None:
    await movies.load([ALIEN])
    await movies.delete(1)
    with pytest.raises(MovieNotFound):
        await movies.delete(1)
    again = await movies.add(ALIEN)
    assert again.id == 2
    assert await noted(database) == [1, 1, 2]


async def test_a_load_adds_what_is_not_there_and_the_genres_it_needs(
    database: Database, movies: MovieService
) -> None:
    await movies.add_genre("Drama")
    first = await movies.load([ROCKY, ALIEN, ROCKY])
    assert (first.added, first.existing) == (2, 1)
    again = await movies.load([ALIEN, ROCKY])
    assert (again.added, again.existing) == (0, 2)
    assert [movie.name for movie in await movies.documents([2, 1])] == ["Rocky", "Alien"]
    assert [genre.title for genre in await movies.genres()] == ["Drama", "Horror", "Sport"]
    assert await noted(database) == [1, 2]


async def test_a_load_adds_no_genre_for_a_movie_that_is_there(movies: MovieService) -> None:
    await movies.load([new_movie(name="Alien", director="Ridley Scott", year=1979)])
    await movies.load([ALIEN])
    assert await movies.genres() == []


async def test_of_the_same_movie_twice_the_first_is_loaded(movies: MovieService) -> None:
    await movies.load([new_movie(name="Alien", votes=1), new_movie(name="ALIEN", votes=2), ALIEN])
    assert [(movie.name, movie.votes) for movie in await movies.documents([1, 2])] == [
        ("Alien", 1),
        ("Alien", None),
    ]


async def test_an_empty_load_is_no_change(database: Database, movies: MovieService) -> None:
    loaded = await movies.load([])
    assert (loaded.added, loaded.existing) == (0, 0)
    assert await noted(database) == []
    assert await movies.is_untouched()


async def test_only_an_untouched_catalogue_takes_a_first_load(movies: MovieService) -> None:
    assert await movies.load_first([ALIEN]) == 1
    await movies.delete(1)
    assert await movies.load_first([ALIEN]) == 0
    assert await movies.count() == 0


async def test_a_genre_is_there_once(movies: MovieService) -> None:
    genre = await movies.add_genre(" Film noir ")
    assert genre.title == "Film noir"
    with pytest.raises(GenreAlreadyExists):
        await movies.add_genre("FILM-NOIR")
    assert await movies.genres() == [genre]


async def test_more_than_a_statement_takes_is_read_in_parts_and_by_id(
    database: Database, movies: MovieService
) -> None:
    added = await load_sample(movies)
    ids = [movie.id for movie in await movies.documents(range(added, 0, -1))]
    assert ids == list(range(1, added + 1))
    assert [movie.id async for batch in movies.stream() for movie in batch] == ids
    async with database.reading() as connection:
        assert await store.genres_by_key(connection, [str(number) for number in range(40_000)]) == {}


async def test_a_change_whose_note_fails_is_not_made(
    database: Database, movies: MovieService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await movies.load([ALIEN])
    before = await movies.get(1)

    async def fail(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(outbox, "append", fail)
    with pytest.raises(LookupError):
        await movies.edit(1, {"name": "Aliens", "genres": []})
    with pytest.raises(LookupError):
        await movies.delete(1)
    assert await movies.get(1) == before
    assert await noted(database) == [1]

"""What people type and the film they mean, over the sample that comes with the program, in each engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.movies.schemas import MovieBody
from cinedex.search.engines.tantivy.word_list import WordListIndex
from cinedex.search.models import SearchQuery
from cinedex.search.port import SearchEngine
from contracts.cluster_place import ClusterPlace
from contracts.indexes import publish_new
from contracts.places import PLACES, Place


@pytest.fixture(scope="module", params=PLACES)
async def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, run_folder: Path
) -> AsyncIterator[Place]:
    directory = tmp_path_factory.mktemp("index")
    with MovieFile(SAMPLE) as file:
        films = dict(enumerate([film for film in file if isinstance(film, NewMovie)], 1))
    made = PLACES[request.param](directory, run_folder)
    await publish_new(made.index(), films)
    if isinstance(made, ClusterPlace):
        made.words.mkdir()
        await publish_new(WordListIndex(made.words), films)
    yield made
    await made.remove()
    await made.close()


@pytest.fixture
async def engine(place: Place) -> AsyncIterator[SearchEngine]:
    made = place.engine()
    yield made
    made.close()
    await place.close()


async def _films(engine: SearchEngine, text: str) -> list[MovieBody]:
    found = await engine.search(SearchQuery(text))
    return [msgspec.json.decode(hit.answer, type=MovieBody) for hit in found.hits]


async def _titles(engine: SearchEngine, text: str) -> list[str]:
    return [film.name for film in await _films(engine, text)]


# What is typed, and the film that must come first.
FIRST = {
    # as it stands, without its article, the article behind
    "The Godfather": "The Godfather",
    "godfather": "The Godfather",
    "godfather, the": "The Godfather",
    "shining the": "The Shining",
    # accents, letters, marks
    "leon": "Léon",
    "deja vu": "Déjà Vu",
    "le fabuleux destin d amelie poulain": "Le Fabuleux destin d'Amélie Poulain",
    "amelie": "Le Fabuleux destin d'Amélie Poulain",
    "amelie poulin": "Le Fabuleux destin d'Amélie Poulain",
    "auberge espagnole": "L'auberge espagnole",
    "aimee and jaguar": "Aimée & Jaguar",
    "LA MALA EDUCACION": "La mala educación",
    "schindlers list": "Schindler's List",
    "one flew over the cuckoo’s nest": "One Flew Over the Cuckoo's Nest",
    "wall e": "WALL-E",
    "walle": "WALL-E",
    # joined and split
    "spiderman": "Spider-Man",
    "spider man 2": "Spider-Man 2",
    "theshining": "The Shining",
    "bladerunner": "Blade Runner",
    "good fellas": "Goodfellas",
    "x men": "X-Men",
    "xmen": "X-Men",
    # numbers
    "the godfather 2": "The Godfather: Part II",
    "godfather iii": "The Godfather: Part III",
    "godfather part two": "The Godfather: Part II",
    "rambo 3": "Rambo III",
    "kill bill vol 2": "Kill Bill: Volume 2",
    "kill bill 1": "Kill Bill: Volume 1",
    "alien 3": "Alien³",
    "naked gun 2 1/2": "The Naked Gun 2½: The Smell of Fear",
    "12 monkeys": "Twelve Monkeys",
    "oceans 11": "Ocean's Eleven",
    "twelve angry men": "12 Angry Men",
    "300": "300",
    "2012": "2012",
    "21": "21",
    "1941": "1941",
    # titles that are common or short words
    "up": "Up",
    "they": "They",
    "q": "Q",
    "9": "9",
    "big": "Big",
    # a year beside the title
    "king kong 1976": "King Kong",
    "casino royale 2006": "Casino Royale",
    # slips
    "godfater": "The Godfather",
    "godfahter": "The Godfather",
    "shawshenk redemtion": "The Shawshank Redemption",
    "inglorious bastards": "Inglourious Basterds",
    "silense of the lams": "The Silence of the Lambs",
    "termintor 2 judgement day": "Terminator 2: Judgment Day",
    "ratatoullie": "Ratatouille",
    "vlade runner": "Blade Runner",
    "psyco": "Psycho",
    "kubrik shinning": "The Shining",
    "edward sizzorhands": "Edward Scissorhands",
    # another word by a slip, or by ear
    "the dark night": "The Dark Knight",
    # slips in words that are joined or split otherwise
    "good felas": "Goodfellas",
    "spidermam": "Spider-Man",
    # half typed
    "the shaws": "The Shawshank Redemption",
    "pulp fi": "Pulp Fiction",
    "eternal suns": "Eternal Sunshine of the Spotless Mind",
    "ratat": "Ratatouille",
    # words left out, in another order
    "lord rings two towers": "The Lord of the Rings: The Two Towers",
    "grail holy monty python": "Monty Python and the Holy Grail",
    "lotr two towers": "The Lord of the Rings: The Two Towers",
    # with the director
    "psycho hitchcock": "Psycho",
    "kubrick shining": "The Shining",
    "scorsese taxi": "Taxi Driver",
    "dune lynch": "Dune",
}


@pytest.mark.parametrize("typed", FIRST)
async def test_the_film_meant_comes_first(engine: SearchEngine, typed: str) -> None:
    assert (await _titles(engine, typed))[:1] == [FIRST[typed]]


@pytest.mark.parametrize(
    ("typed", "director"),
    [
        ("quentin tarantino", "Quentin Tarantino"),
        ("tarantino", "Quentin Tarantino"),
        ("quentin tarrantino", "Quentin Tarantino"),
        ("hitchcok", "Alfred Hitchcock"),
        ("coppola francis ford", "Francis Ford Coppola"),
        ("m night shyamalan", "M. Night Shyamalan"),
        ("chris nolan", "Christopher Nolan"),
    ],
)
async def test_a_director_finds_their_films(engine: SearchEngine, typed: str, director: str) -> None:
    films = await _films(engine, typed)
    assert [film.director for film in films] == [director] * len(films)
    assert len(films) >= 4


@pytest.mark.parametrize("letter", "abcdefghijklmnopqrstuvwxyz")
async def test_one_letter_finds_ten_films(engine: SearchEngine, letter: str) -> None:
    titles = await _titles(engine, letter)
    few = {"x": 5, "z": 5}
    assert len(titles) >= few.get(letter, 10)


async def test_remakes_are_told_apart_by_their_year(engine: SearchEngine) -> None:
    for year in (1976, 2005):
        assert (await _films(engine, f"king kong {year}"))[0].year == year


async def test_a_sequel_asked_for_is_never_below_the_film_without_its_number(engine: SearchEngine) -> None:
    for typed, wanted, others in [
        ("iron man 2", "Iron Man 2", "Iron Man"),
        ("toy story 3", "Toy Story 3", "Toy Story"),
        ("saw 4", "Saw IV", "Saw"),
        ("rocky 2", "Rocky II", "Rocky"),
    ]:
        titles = await _titles(engine, typed)
        if wanted in titles:
            assert others not in titles[: titles.index(wanted)]


async def test_the_better_known_of_two_equal_titles_comes_first(engine: SearchEngine) -> None:
    films = await _films(engine, "casino royale")
    same = [film.votes or 0 for film in films if film.name == "Casino Royale"]
    assert same == sorted(same, reverse=True)


async def test_as_many_films_as_asked_for(engine: SearchEngine) -> None:
    for limit in (1, 10, 100):
        assert len((await engine.search(SearchQuery("the", limit))).hits) == limit


async def test_nonsense_finds_nothing(engine: SearchEngine) -> None:
    assert await _titles(engine, "qqzzxv wwkkjq") == []

"""Filters that are read out of the text of a query."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.search.models import Filters
from cinedex.search.reading import Reading, read

GENRES = (
    "Animation",
    "Black Comedy",
    "Comedy",
    "Drama",
    "Horror",
    "Mystery",
    "Sci-Fi",
    "Thriller",
    "Western",
)

BETTER = Filters(score_from=8)


def years(first: int | None, last: int | None) -> Filters:
    return Filters(year_from=first, year_to=last)


@pytest.mark.parametrize(
    ("typed", "left", "filters"),
    [
        ("kurosawa >8", "kurosawa", BETTER),
        ("> 8 kurosawa", "kurosawa", BETTER),
        ("kurosawa >=7.5 samurai", "kurosawa samurai", Filters(score_from=7.5)),
        ("ran ≥ 8", "ran", BETTER),
        ("ran score>8", "ran", BETTER),
        ("ran SCORE > 8", "ran", BETTER),
        ("ran score:8", "ran", BETTER),
        ("ran 8+", "ran", BETTER),
        ("ran >10", "ran", Filters(score_from=10)),
        ("ran year:1985", "ran", years(1985, 1985)),
        ("godzilla 1990-1999", "godzilla", years(1990, 1999)),
        ("godzilla 1990–1999", "godzilla", years(1990, 1999)),
        ("godzilla 1990..1999", "godzilla", years(1990, 1999)),
        ("godzilla year:1990..1999", "godzilla", years(1990, 1999)),
        ("genre:drama kurosawa", "kurosawa", Filters(genres=("Drama",))),
        ("genre:dramas kurosawa", "kurosawa", Filters(genres=("Drama",))),
        ("genre:scifi alien", "alien", Filters(genres=("Sci-Fi",))),
        ('genre:"black comedy" fargo', "fargo", Filters(genres=("Black Comedy",))),
        ("genre:comedy genre:drama", "", Filters(genres=("Comedy", "Drama"))),
        # of a genre that the catalogue has not, there is nothing
        ("genre:giallo suspiria", "suspiria", Filters(genres=("giallo",))),
        ("director:kurosawa ran", "ran", Filters(director="kurosawa")),
        ('dir:"akira kurosawa" ran', "ran", Filters(director="akira kurosawa")),
        ("dir:“akira kurosawa” >8", "", Filters(director="akira kurosawa", score_from=8)),
        ("dir:kubrick dir:kurosawa", "", Filters(director="kurosawa")),
        ("ran >7 >8", "ran", BETTER),
        ("ran >8 >7", "ran", BETTER),
        # a sign that comes together when another is taken out
        ("> >8 7", "", BETTER),
    ],
)
def test_signs_are_always_read(typed: str, left: str, filters: Filters) -> None:
    assert read(typed, GENRES) == Reading(left, filters, is_explicit=True)


@pytest.mark.parametrize(
    ("typed", "left", "filters"),
    [
        ("godzilla since 1990", "godzilla", years(1990, None)),
        ("godzilla after 1990", "godzilla", years(1991, None)),
        ("Before 1960 godzilla", "godzilla", years(None, 1959)),
        ("godzilla since 1990 before 2000", "godzilla", years(1990, 1999)),
        # what cannot be both: the later one
        ("since 1990 before 1980", "", years(None, 1979)),
    ],
)
def test_bounds_may_be_words_of_a_title(typed: str, left: str, filters: Filters) -> None:
    assert read(typed, GENRES) == Reading(left, filters, is_explicit=False)
    assert read("ever after 1998", GENRES) == Reading("ever", years(1999, None), is_explicit=False)


@pytest.mark.parametrize(
    ("typed", "left", "filters"),
    [
        ("kurosawa drama", "kurosawa", Filters(genres=("Drama",))),
        ("comedies chaplin", "chaplin", Filters(genres=("Comedy",))),
        ("mysteries hitchcock", "hitchcock", Filters(genres=("Mystery",))),
        ("black comedies coen", "coen", Filters(genres=("Black Comedy",))),
        ("sci fi ridley scott", "ridley scott", Filters(genres=("Sci-Fi",))),
        ("scifi ridley scott", "ridley scott", Filters(genres=("Sci-Fi",))),
        ("science fiction ridley scott", "ridley scott", Filters(genres=("Sci-Fi",))),
        ("cartoons miyazaki", "miyazaki", Filters(genres=("Animation",))),
        ("horror comedy", "", Filters(genres=("Horror", "Comedy"))),
        ("comedy movies", "", Filters(genres=("Comedy",))),
        ("the best thrillers", "", Filters(genres=("Thriller",))),
        ("best hitchcock films 50s", "hitchcock", years(1950, 1959)),
        ("50s", "", years(1950, 1959)),
        ("'50s", "", years(1950, 1959)),
        ("’50s", "", years(1950, 1959)),
        ("1950s", "", years(1950, 1959)),
        ("Fifties", "", years(1950, 1959)),
        ("1890s melies", "melies", years(1890, 1899)),
        ("20s", "", years(1920, 1929)),
        ("twenties", "", years(1920, 1929)),
        ("nineties", "", years(1990, 1999)),
        ("00s", "", years(2000, 2009)),
        ("10s", "", years(2010, 2019)),
        ("2020s", "", years(2020, 2029)),
        ("80s 90s kaurismaki", "kaurismaki", years(1980, 1999)),
        ("hitchcock thrillers from the 50s", "hitchcock", Filters(("Thriller",), None, 1950, 1959)),
        ("drama - 90s", "", Filters(("Drama",), None, 1990, 1999)),
        ("westerns of the sixties", "", Filters(("Western",), None, 1960, 1969)),
        # a sign that comes together when a word is taken out
        ("ran > fifties 8", "ran", Filters(year_from=1950, year_to=1959, score_from=8)),
    ],
)
def test_words_may_be_filters(typed: str, left: str, filters: Filters) -> None:
    assert read(typed, GENRES) == Reading(left, filters, is_explicit=False)


@pytest.mark.parametrize(
    ("typed", "left", "filters"),
    [
        ("drama >8", "", Filters(genres=("Drama",), score_from=8)),
        ("best movies >8", "", BETTER),
        ("movies | >8", "", BETTER),
        ("fifties westerns >8", "", Filters(("Western",), None, 1950, 1959, 8)),
        ("scary movie >5", "scary movie", Filters(score_from=5)),
        (
            "confessions of a teenage drama queen >5",
            "confessions of a teenage drama queen",
            Filters(score_from=5),
        ),
    ],
)
def test_beside_a_sign_words_are_filters_only_when_nothing_else_is_left(
    typed: str, left: str, filters: Filters
) -> None:
    assert read(typed, GENRES) == Reading(left, filters, is_explicit=True)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "the godfather",
        # years of titles and of remakes
        "blade runner 2049",
        "king kong 1933",
        "2001 a space odyssey",
        "before sunrise",
        "day after tomorrow",
        "by kurosawa",
        # filler without a filter, a genre that the catalogue has not, one inside a word
        "best movies",
        "scary movie",
        "musicals fosse",
        "melodrama sirk",
        # out of range, or no sign at all
        ">11",
        "score:10.5",
        "year:1500",
        "1999-1990",
        "1500-1990",
        "after 2100",
        "before 1870",
        "genre:!!!",
        "director:???",
        "8+8",
        "a>8",
        ">8m",
        "30000s",
        "2300s",
    ],
)
def test_nothing_is_read(typed: str) -> None:
    assert read(typed, GENRES) is None


@pytest.mark.parametrize(
    ("typed", "genre"),
    [("drama", "Drama"), ("Dramas", "Drama"), ("scifi", "Sci-Fi"), ("black comedy", "Black Comedy")],
)
def test_a_genre_alone_may_be_a_title(typed: str, genre: str) -> None:
    assert read(typed, GENRES) == Reading("", Filters(genres=(genre,)), is_explicit=False)


def test_a_genre_is_called_by_its_own_name_first() -> None:
    both = ("Science Fiction", "Sci-Fi")
    assert read("sci-fi lem", both) == Reading("lem", Filters(genres=("Sci-Fi",)), is_explicit=False)
    assert read("science fiction lem", both) == Reading(
        "lem", Filters(genres=("Science Fiction",)), is_explicit=False
    )
    assert read("sports redford", ("Sport", "Sports")) == Reading(
        "redford", Filters(genres=("Sports",)), is_explicit=False
    )


@pytest.mark.parametrize(
    ("typed", "genres", "genre"),
    [
        ("scifi", ("Science Fiction",), "Science Fiction"),
        ("scifi", ("Science Fiction", "Sci-Fi"), "Sci-Fi"),
        ("kids", ("Family", "Children"), "Children"),
        ("kids", ("Family",), "Family"),
    ],
)
def test_a_synonym_is_the_first_genre_that_is_there(typed: str, genres: tuple[str, ...], genre: str) -> None:
    assert read(f"{typed} movies", genres) == Reading("", Filters(genres=(genre,)), is_explicit=False)


words = st.sampled_from(
    '> >8 8 score: score>9 8+ + year: 1990 1990-1999 .. since after before genre: genre:drama dir: dir:" " “ ”'
    " kurosawa drama comedies sci fi best movies from the of 50s '50s fifties ! \u0301 人".split(" ")
)
queries = st.builds(" ".join, st.lists(words, max_size=8)) | st.text(st.characters(exclude_categories=()))


@given(queries, st.lists(st.sampled_from(GENRES) | st.text(), unique=True))
@example("> 50s 8", ["Drama"])
@example("since best 1990 drama fifties", ["Drama"])
def test_reading_what_is_left_finds_no_more_signs(typed: str, genres: list[str]) -> None:
    reading = read(typed, genres)
    if reading is None:
        return
    assert reading.filters != Filters()
    assert len(reading.text) <= len(typed)
    again = read(reading.text, genres)
    assert again is None or not again.is_explicit


@given(st.lists(words, max_size=8))
def test_what_is_left_was_typed(typed: list[str]) -> None:
    reading = read(" ".join(typed), GENRES)
    left = iter(typed)
    assert reading is None or all(word in left for word in reading.text.split())


# Titles of the sample that may be read as something else: the caller searches for them as they stand first.
MAY_BE_FILTERS = {
    "A Civil Action",
    "Action Jackson",
    "Barney's Great Adventure",
    "Bill & Ted's Excellent Adventure",
    "Confessions of a Teenage Drama Queen",
    "High School Musical 3: Senior Year",
    "Last Action Hero",
    "Little Shop of Horrors",
    "Looney Tunes: Back in Action",
    "The Adventures of Elmo in Grouchland",
    "The Adventures of Huck Finn",
    "The Adventures of Pinocchio",
    "The Adventures of Pluto Nash",
    "The Adventures of Rocky & Bullwinkle",
    "The Adventures of Sharkboy and Lavagirl in 3-D",
    "The Amityville Horror",
    "The Broken Hearts Club: A Romantic Comedy",
    "The Incredibly True Adventure of Two Girls in Love",
    "The Original Kings of Comedy",
    "The Rocky Horror Picture Show",
}


def test_titles_of_the_sample_are_read_as_titles() -> None:
    with MovieFile(SAMPLE) as file:
        films = [film for film in file if isinstance(film, NewMovie)]
    genres = sorted({genre for film in films for genre in film.genres})
    readings = {film.name: read(film.name, genres) for film in films}
    assert not any(reading.is_explicit for reading in readings.values() if reading)
    assert {name for name, reading in readings.items() if reading} == MAY_BE_FILTERS

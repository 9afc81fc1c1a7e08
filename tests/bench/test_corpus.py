"""The films that are measured on."""

from hypothesis import given
from hypothesis import strategies as st

from cinedex.movies.sample import SAMPLE
from cinedex.search.evaluation.queries import By, JudgedQuery
from corpus import Corpus, read_corpus
from films import DUNE_1984, DUNE_2021, FILMS
from growth import sizes

WANTED = 7
CORPUS = Corpus(FILMS, [JudgedQuery("exact", FILMS[WANTED].name, (WANTED,), By.LINE)])


@given(st.integers(1, 40))
def test_some_films_are_as_many_as_asked_for_with_all_that_are_wanted(count: int) -> None:
    some = list(CORPUS.some(count))
    assert len(some) == count
    assert FILMS[WANTED] in some
    assert [film for film in FILMS if film in some] == some[: len(FILMS)]


def test_an_answer_is_judged_by_the_films_that_are_meant() -> None:
    [query] = CORPUS.queries
    other, wanted = FILMS[0].identity_key, FILMS[WANTED].identity_key
    scores = [CORPUS.judge(query, found, 0.1).score for found in ([wanted], [other, wanted], ["?"], [])]
    assert scores == [1, 0.5, 0, 0]


def test_a_film_that_a_file_holds_twice_is_one_film() -> None:
    corpus = Corpus(
        [DUNE_1984, DUNE_2021, DUNE_2021], [JudgedQuery("title+year", "dune 2021", (1,), By.LINE)]
    )
    assert corpus.judge(corpus.queries[0], [DUNE_2021.identity_key], 0.1).score == 1


def test_without_the_relevance_set_queries_are_made_of_the_films() -> None:
    corpus = read_corpus(SAMPLE)
    assert len(corpus.films) == 2987
    assert {"exact", "prefix", "typo1", "director"} <= {query.kind for query in corpus.queries}
    assert all(0 <= place < 2987 for query in corpus.queries for place in query.want)


def test_growth_is_measured_at_all_real_films_and_at_round_numbers() -> None:
    assert sizes(93_595, 1_000_000) == [10_000, 93_595, 300_000, 1_000_000]
    assert sizes(2_987, 20_000) == [2_987, 10_000, 20_000]

"""The order of candidates, one feature at a time."""

from typing import Any

import numpy as np

from cinedex.search.analysis import analyse_query, analyse_title
from cinedex.search.ranking import LONGEST_COMPARED, Candidates, score


def candidates(*names: str, **given: Any) -> Candidates:
    """Candidates that are equal but for their titles, and what is given."""
    titles = [analyse_title(name) for name in names]
    columns: dict[str, Any] = {
        "coverage": np.ones(len(names)),
        "prominence": np.full(len(names), 0.5),
        "same_year": np.zeros(len(names), np.bool_),
        "same_spelling": np.zeros(len(names), np.bool_),
        "titles": [title.joined.encode()[:LONGEST_COMPARED] for title in titles],
        "title_words": np.array([title.needed_words for title in titles]),
        "articles": np.array([title.article for title in titles]),
        "turned": np.array([title.is_turned for title in titles]),
        "director_share": np.zeros(len(names)),
    }
    return Candidates(**columns | {name: np.array(value) for name, value in given.items()})


def order(query: str, *names: str, **given: Any) -> list[str]:
    scores = score(analyse_query(query), candidates(*names, **given)).score
    return [names[at] for at in (-scores).argsort(kind="stable")]


def test_exact_before_exact_without_article_before_beginning() -> None:
    assert order("shining", "Shining Through", "The Shining", "Shining") == [
        "Shining",
        "The Shining",
        "Shining Through",
    ]


def test_an_article_typed_speaks_for_titles_that_have_it() -> None:
    assert order("the good ge", "Good Germany", "The Good German")[0] == "The Good German"


def test_more_of_the_words_before_fewer() -> None:
    assert order("monte cristo", "Cristo", "The Count of Monte Cristo", coverage=[0.5, 1.0]) == [
        "The Count of Monte Cristo",
        "Cristo",
    ]


def test_the_better_known_of_equals_comes_first() -> None:
    assert order("casino royale", "Casino Royale", "Casino Royale", prominence=[0.2, 0.9]) == [
        "Casino Royale",
        "Casino Royale",
    ]
    scores = score(analyse_query("dune"), candidates("Dune", "Dune", prominence=[0.2, 0.9])).score
    assert scores[1] > scores[0]


def test_a_number_that_was_typed_must_be_there() -> None:
    assert order("rocky 2", "Rocky", "Rocky III", "Rocky II", prominence=[1.0, 0.9, 0.1])[0] == "Rocky II"


def test_the_year_may_stand_for_itself() -> None:
    scores = score(
        analyse_query("king kong 1933"),
        candidates("King Kong", "King Kong", same_year=[True, False], prominence=[0.1, 1.0]),
    ).score
    assert scores[0] > scores[1]


def test_a_title_typed_exactly_comes_before_its_folded_twin() -> None:
    scores = score(analyse_query("54"), candidates("54", "54", same_spelling=[True, False])).score
    assert scores[0] > scores[1]


def test_a_director_named_in_full_comes_before_one_named_in_part() -> None:
    names = ("The Killing", "Full Metal Jacket", "Anything")
    assert order("stanley kubrick", *names, director_share=[0.5, 1.0, 0.0])[0] == "Full Metal Jacket"


def test_films_of_a_director_stand_by_prominence_not_by_chance_letters() -> None:
    assert order(
        "tarantino", "Jackie Brown", "Pulp Fiction", director_share=[0.5, 0.5], prominence=[0.8, 0.9]
    ) == ["Pulp Fiction", "Jackie Brown"]


def test_a_strong_answer_ends_the_search_and_a_weak_one_does_not() -> None:
    assert score(analyse_query("the shining"), candidates("The Shining")).is_strong
    assert score(analyse_query("blade runer"), candidates("Blade Runner", coverage=[0.93])).is_strong
    assert not score(analyse_query("citizen cane"), candidates("Cane River", coverage=[0.5])).is_strong
    assert score(analyse_query("kubrick"), candidates("The Shining", director_share=[0.5])).is_strong


def test_long_titles_are_compared_by_their_beginning() -> None:
    name = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb"
    assert score(analyse_query(name), candidates(name)).is_strong

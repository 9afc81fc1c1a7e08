"""The order of candidates, one feature at a time."""

from typing import Any

from msgspec.structs import replace

from cinedex.search.analysis import analyse_query, analyse_title
from cinedex.search.ranking import LONGEST_COMPARED, Candidate, Scorer


def candidate(name: str, **given: Any) -> Candidate:
    """A candidate that is like any other but for its title, and what is given."""
    title = analyse_title(name)
    plain = Candidate(
        coverage=1.0,
        prominence=0.5,
        title=title.joined.encode()[:LONGEST_COMPARED],
        title_words=title.needed_words,
        article=title.article,
        is_turned=title.is_turned,
        same_spelling=False,
        same_year=False,
        director_share=0.0,
    )
    return replace(plain, **given)


def score(query: str, film: Candidate) -> float:
    return Scorer(analyse_query(query)).score(film)


def order(query: str, *names: str, **given: list[Any]) -> list[str]:
    """Return the names in the order of their scores; `given` holds a value for each."""
    values = [dict(zip(given, row, strict=True)) for row in zip(*given.values(), strict=True)]
    films = [candidate(name, **one) for name, one in zip(names, values or [{}] * len(names), strict=True)]
    scores = [score(query, film) for film in films]
    return [names[at] for at in sorted(range(len(names)), key=lambda at: -scores[at])]


def test_exact_before_exact_without_article_before_beginning() -> None:
    assert order("shining", "Shining Through", "The Shining", "Shining") == [
        "Shining",
        "The Shining",
        "Shining Through",
    ]


def test_exact_without_article_comes_before_a_beginning_that_is_much_better_known() -> None:
    assert order("american", "American Beauty", "The American", prominence=[1.0, 0.3])[0] == "The American"


def test_among_beginnings_the_better_known_comes_first_not_the_shorter() -> None:
    names = ("The Wiz", "The Wizard of Oz")
    assert order("the wi", *names, prominence=[0.5, 0.9]) == ["The Wizard of Oz", "The Wiz"]


def test_an_article_typed_speaks_for_titles_that_have_it() -> None:
    assert order("the good ge", "Good Germany", "The Good German")[0] == "The Good German"


def test_an_article_typed_behind_speaks_for_titles_written_so() -> None:
    assert order("graduate the", "The Graduate", "Graduate, The")[0] == "Graduate, The"


def test_an_article_at_the_end_may_also_go_on() -> None:
    assert order("jack the", "The Jackal", "Jack the Giant Slayer")[0] == "Jack the Giant Slayer"


def test_more_of_the_words_before_fewer() -> None:
    assert order("monte cristo", "Cristo", "The Count of Monte Cristo", coverage=[0.5, 1.0]) == [
        "The Count of Monte Cristo",
        "Cristo",
    ]


def test_the_better_known_of_equals_comes_first() -> None:
    assert score("dune", candidate("Dune", prominence=0.9)) > score("dune", candidate("Dune", prominence=0.2))


def test_a_number_that_was_typed_must_be_there() -> None:
    assert order("rocky 2", "Rocky", "Rocky III", "Rocky II", prominence=[1.0, 0.9, 0.1])[0] == "Rocky II"


def test_the_year_may_stand_for_itself() -> None:
    old = candidate("King Kong", same_year=True, prominence=0.1)
    assert score("king kong 1933", old) > score("king kong 1933", candidate("King Kong", prominence=1.0))


def test_a_title_typed_exactly_comes_before_its_folded_twin() -> None:
    assert score("54", candidate("54", same_spelling=True)) > score("54", candidate("54"))


def test_a_director_named_in_full_comes_before_one_named_in_part() -> None:
    names = ("The Killing", "Full Metal Jacket", "Anything Else")
    assert order("stanley kubrick", *names, director_share=[0.5, 1.0, 0.0])[0] == "Full Metal Jacket"


def test_films_of_a_director_stand_by_prominence_not_by_chance_letters() -> None:
    assert order(
        "tarantino", "Jackie Brown", "Pulp Fiction", director_share=[0.5, 0.5], prominence=[0.8, 0.9]
    ) == ["Pulp Fiction", "Jackie Brown"]


def test_a_strong_answer_ends_the_search_and_a_weak_one_does_not() -> None:
    def is_strong(query: str, film: Candidate) -> bool:
        return Scorer(analyse_query(query)).is_strong(film)

    assert is_strong("the shining", candidate("The Shining"))
    assert is_strong("blade runer", candidate("Blade Runner", coverage=0.93))
    assert not is_strong("citizen cane", candidate("Cane River", coverage=0.5))
    assert is_strong("kubrick", candidate("The Shining", director_share=0.5))
    name = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb"
    assert is_strong(name, candidate(name)), "long titles are compared by their beginning"

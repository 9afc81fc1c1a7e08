"""Scores, against values reckoned by hand."""

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cinedex.search.evaluation.queries import JudgedQuery
from cinedex.search.evaluation.scoring import Outcome, Row, reciprocal_rank, share, table

ids = st.integers(1, 30)
wanted_ids = st.frozensets(ids, min_size=1)
found_ids = st.lists(ids, unique=True, max_size=15)
TWELVE = range(1, 13)


def outcome(kind: str, wanted: Sequence[int], found: Sequence[int], seconds: float = 0.0) -> Outcome:
    query = JudgedQuery(kind, "alien", tuple(wanted))
    return Outcome(query, frozenset(wanted), tuple(found), seconds)


@pytest.mark.parametrize(
    ("wanted", "found", "score"),
    [
        ([1], [1, 2, 3], 1.0),
        ([1], [2, 1, 3], 0.5),
        ([1], [2, 3, 4, 1], 0.25),
        ([3, 1], [2, 1, 3], 0.5),
        ([10], TWELVE, 0.1),
        ([11], TWELVE, 0.0),
        ([1], [], 0.0),
    ],
)
def test_a_film_is_scored_by_its_place_in_the_top_ten(
    wanted: list[int], found: list[int], score: float
) -> None:
    assert reciprocal_rank(frozenset(wanted), found) == score
    assert outcome("title+director", wanted, found).score == score


@pytest.mark.parametrize(
    ("wanted", "found", "score"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4, 5], 1.0),
        ([1, 2, 3, 4], [9, 8, 4, 1], 0.5),
        ([1, 2, 3, 4], [1, 1, 1, 1], 0.25),
        (range(1, 21), TWELVE, 1.0),
        (range(6, 21), TWELVE, 0.5),
        ([11, 12], TWELVE, 0.0),
        ([1], [], 0.0),
    ],
)
def test_a_director_is_scored_by_the_share_of_films(
    wanted: list[int], found: list[int], score: float
) -> None:
    assert share(frozenset(wanted), found) == score
    for kind in ("director", "director_typo"):
        assert outcome(kind, wanted, found).score == score


def test_the_last_row_is_the_mean_over_kinds_not_over_queries() -> None:
    rows = table(
        [
            outcome("typo1", [1], [1], seconds=0.004),
            outcome("director", [1, 2], [1], seconds=0.010),
            outcome("typo1", [1], [2, 1], seconds=0.001),
            outcome("typo1", [1], [], seconds=0.002),
            outcome("typo1", [1], [2, 1], seconds=0.003),
        ]
    )
    assert rows == [
        Row("typo1", 4, 0.5, 0.0025),
        Row("director", 1, 0.5, 0.010),
        Row("macro", 5, 0.5, 0.003),
    ]
    [_, _, macro] = table([outcome("exact", [1], [1])] * 9 + [outcome("split", [1], [])])
    assert macro.score == 0.5


@pytest.mark.parametrize("rule", [reciprocal_rank, share])
@given(wanted=wanted_ids, found=found_ids)
def test_a_score_is_from_0_to_1_and_0_only_where_the_top_ten_lacks_all(
    rule: Callable[[frozenset[int], list[int]], float], wanted: frozenset[int], found: list[int]
) -> None:
    score = rule(wanted, found)
    assert 0 <= score <= 1
    assert (score == 0) == wanted.isdisjoint(found[:10])
    assert score == rule(wanted, found[:10])


@given(wanted_ids, found_ids, st.data())
def test_a_wanted_film_further_up_never_scores_less(
    wanted: frozenset[int], found: list[int], data: st.DataObject
) -> None:
    below = [at for at, film in enumerate(found) if at and film in wanted]
    assume(below)
    at = data.draw(st.sampled_from(below))
    to = data.draw(st.integers(0, at - 1))
    better = [*found[:to], found[at], *found[to:at], *found[at + 1 :]]
    assert reciprocal_rank(wanted, better) >= reciprocal_rank(wanted, found)
    assert share(wanted, better) >= share(wanted, found)


@given(wanted_ids, found_ids, st.randoms())
def test_the_order_of_a_directors_films_does_not_matter(
    wanted: frozenset[int], found: list[int], chance: Random
) -> None:
    shuffled = found[:10]
    chance.shuffle(shuffled)
    assert share(wanted, shuffled) == share(wanted, found)

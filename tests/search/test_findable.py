"""Scores as an index keeps them."""

import math

from hypothesis import given
from hypothesis import strategies as st

from cinedex.movies.models import new_movie
from cinedex.search.findable import at_least, thousandths

scores = st.integers(0, 10_000).map(lambda kept: kept / 1000)
# As written by somebody, by a program that takes a mean, and just beside a score.
bounds = (
    scores
    | st.floats(0, 10)
    | st.tuples(scores, st.sampled_from([-math.inf, math.inf])).map(lambda pair: math.nextafter(*pair))
)


@given(score=scores, bound=bounds)
def test_a_film_passes_exactly_if_its_score_is_as_high(score: float, bound: float) -> None:
    assert (thousandths(score) >= at_least(bound)) == (score >= bound)


@given(score=scores)
def test_a_film_passes_by_its_own_score_and_by_no_higher_one(score: float) -> None:
    assert at_least(score) == thousandths(score)
    assert at_least(math.nextafter(score, math.inf)) == thousandths(score) + 1


@given(score=st.floats(0, 10))
def test_whatever_score_is_given_is_kept_as_it_is_shown(score: float) -> None:
    shown = new_movie(name="Metropolis", imdb_score=score).imdb_score
    assert shown is not None
    assert thousandths(shown) / 1000 == shown

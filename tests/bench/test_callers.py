"""What callers note, and what is counted of it."""

import callers
from callers import Answer


def answer(ended: float, status: int = 200, code: str = "", *, is_write: bool = False) -> Answer:
    return Answer(is_write, ended - 0.1, ended, status, code)


def test_a_gap_is_the_longest_time_without_a_good_answer() -> None:
    answers = [answer(1), answer(2), answer(2.5, 503), answer(4, 404), answer(4.5, callers.NO_ANSWER)]
    assert callers.longest_gap(answers, 0, 5) == 2
    assert callers.longest_gap(answers, 3.5, 5) == 1
    assert callers.longest_gap([], 0, 5) == 5


def test_answers_are_counted_by_status_and_code() -> None:
    answers = [answer(1), answer(2), answer(3, 503, "database_unavailable"), answer(4, callers.NO_ANSWER)]
    assert callers.statuses(answers) == {"200": 2, "503 database_unavailable": 1, "lost": 1}

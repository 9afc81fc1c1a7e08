"""The simulated cache: what it keeps, forgets, and loses with a change."""

import hit_rate

SEARCHES = ["h", "he", "her", "h", "he", "her", "m", "h"]


def test_what_was_asked_before_is_a_hit() -> None:
    assert hit_rate.hit_rate(SEARCHES, answers=10) == 4 / 8


def test_a_small_cache_forgets_what_was_not_asked_the_longest() -> None:
    assert hit_rate.hit_rate(SEARCHES, answers=2) == 0
    assert hit_rate.hit_rate(["h", "he", "h", "her", "h"], answers=2) == 2 / 5


def test_a_change_retires_all_answers() -> None:
    assert hit_rate.hit_rate(SEARCHES, answers=10, between=3) == 0
    assert hit_rate.hit_rate(SEARCHES, answers=10, between=6) == 3 / 8


def test_the_table_has_a_row_for_each_size() -> None:
    [table] = hit_rate.report(SEARCHES, films=3).tables
    assert [row[0] for row in table.rows] == ["1,000", "10,000", "100,000", "1,000,000"]
    assert [*table.rows[0][2:]] == ["50%"] * 4

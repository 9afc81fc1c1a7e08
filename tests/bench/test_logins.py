"""Searches during logins, and what a failed login tells, are measured: no figure is judged here."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalogue
import known_names
import logins
from films import FILMS

CHEAP = {"MEBIBYTES": "7", "ITERATIONS": "1", "LANES": "1"}
seconds = st.lists(st.floats(0, 100), min_size=1, max_size=20)


def test_searches_are_measured_with_logins_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CHEAP.items():
        monkeypatch.setenv(f"CINEDEX_PASSWORD_{name}", value)
    with catalogue.data_folder() as data_dir:
        catalogue.fill(data_dir, FILMS)
        measured = logins.measure(data_dir, FILMS, people=3, seconds=2.0)
    assert measured.calm
    assert measured.stormy
    assert set(measured.answered) <= {200, 429, 503}
    searches, answered = logins.report(measured).tables
    assert [row[0] for row in searches.rows] == ["without logins", "while people log in"]
    assert "12 films" in searches.caption
    assert {row[0] for row in answered.rows} == {str(status) for status in measured.answered}


def test_each_status_has_a_row() -> None:
    measured = logins.Measured(12, [0.001], [0.002], Counter({503: 4, 200: 1500}))
    assert logins.report(measured).tables[1].rows == [("200", "1,500"), ("503", "4")]


def test_names_take_turns() -> None:
    with catalogue.data_folder() as data_dir:
        catalogue.fill(data_dir, FILMS)
        told = known_names.measure(data_dir, tries=2)
    assert len(told.known) == len(told.unknown) == 2
    [table] = known_names.report(told).tables
    assert [row[:2] for row in table.rows] == [
        ("a name that there is", "2"),
        ("a name that there is not", "2"),
    ]
    assert f"{told.longer:.1%}" in table.caption


@given(ours=seconds, theirs=seconds)
def test_the_share_of_pairs_in_which_ours_is_longer(ours: list[float], theirs: list[float]) -> None:
    pairs = [(one > other) + (one == other) / 2 for one in ours for other in theirs]
    share = known_names.share_longer(ours, theirs)
    assert share == pytest.approx(sum(pairs) / len(pairs))
    assert share + known_names.share_longer(theirs, ours) == pytest.approx(1)
    assert known_names.share_longer(ours, ours) == pytest.approx(0.5)

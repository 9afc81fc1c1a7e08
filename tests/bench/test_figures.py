"""Percentiles, tables and targets: what a reader of the benchmarks relies on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures import Table, at_least, at_most, checks_table, milliseconds, percentile
from targets import HUNDRED_THOUSAND, MILLION, targets_for

values = st.lists(st.floats(0, 1e6), min_size=1)


@given(values, st.floats(0.01, 1))
def test_a_percentile_is_the_least_value_that_the_share_does_not_exceed(
    measured: list[float], share: float
) -> None:
    found = percentile(measured, share)
    assert found in measured
    assert sum(value <= found for value in measured) >= share * len(measured) - 1e-9
    assert sum(value < found for value in measured) < share * len(measured)


def test_known_percentiles() -> None:
    hundred = [float(value) for value in range(1, 101)]
    assert [percentile(hundred, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]


def test_seconds_are_shown_as_milliseconds() -> None:
    assert milliseconds([0.001, 0.002, 0.003]) == ["2.00", "3.00", "3.00", "3.00"]


def test_nothing_measured_is_shown_as_such() -> None:
    assert milliseconds([]) == ["–"] * 4


@given(st.lists(st.tuples(st.text("ab c", min_size=1), st.text("12.", min_size=1)), min_size=1))
def test_a_table_is_as_wide_in_each_line(rows: list[tuple[str, str]]) -> None:
    lines = Table(("films", "p50"), rows).markdown().splitlines()
    assert len(lines) == len(rows) + 2
    assert {len(line) for line in lines} == {len(lines[0])}
    assert {line.count("|") for line in lines} == {3}


def test_a_caption_stands_apart_from_its_table() -> None:
    assert Table(("films",), [("12",)], "Twelve films:").markdown().startswith("Twelve films:\n\n| films |")


@pytest.mark.parametrize(("figure", "verdict"), [(49.9, "holds"), (50, "holds"), (50.1, "misses")])
def test_a_figure_that_must_not_be_exceeded(figure: float, verdict: str) -> None:
    assert checks_table([at_most("p99", figure, 50, " ms")]).rows[0][3] == verdict


@pytest.mark.parametrize(("figure", "verdict"), [(11.9, "misses"), (12, "holds"), (12.1, "holds")])
def test_a_figure_that_must_be_reached(figure: float, verdict: str) -> None:
    assert checks_table([at_least("HTTP", figure, 12, " %")]).rows[0][3] == verdict


def test_target_and_figure_stand_side_by_side() -> None:
    assert checks_table([at_most("memory", 1234.5, 300, " MB")]).rows == [
        ("memory", "≤ 300 MB", "1,234 MB", "misses")
    ]


def test_each_size_has_its_targets() -> None:
    assert [targets_for(films) for films in (2_987, 93_575, 300_000, 999_980)] == [
        HUNDRED_THOUSAND,
        HUNDRED_THOUSAND,
        MILLION,
        MILLION,
    ]

"""Each measurement runs on a small catalogue and fills its tables: no figure of theirs is judged here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import as_typed
import catalogue
import engine
import findable
import growth
import over_http
from cinedex.search.evaluation.queries import By, JudgedQuery
from corpus import Corpus
from films import FILMS

CORPUS = Corpus(FILMS, [JudgedQuery("exact", film.name, (at,), By.LINE) for at, film in enumerate(FILMS)])


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[Path, catalogue.Filled]]:
    with catalogue.data_folder() as data_dir:
        yield data_dir, catalogue.fill(data_dir, FILMS)


def test_the_rebuild_is_judged_by_time_and_memory(filled: tuple[Path, catalogue.Filled]) -> None:
    report = catalogue.report(filled[1])
    assert filled[1].films == len(FILMS)
    assert report.checks[0].name == "rebuild of the index"


def test_the_engine_is_judged_with_filters_and_without(filled: tuple[Path, catalogue.Filled]) -> None:
    timed = engine.measure(filled[0], CORPUS)
    kinds, filters = engine.report(timed, len(FILMS)).tables
    assert [row[:2] for row in kinds.rows] == [("exact", "12"), ("all; relevance: mean of the kinds", "12")]
    assert float(kinds.rows[-1][-1]) > 0.9
    assert [row[0] for row in filters.rows] == ["no filter", *engine.FILTERS]


def test_what_was_typed_before_comes_from_the_cache(
    filled: tuple[Path, catalogue.Filled], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_typed, "PEOPLE", 200)
    searches = as_typed.measure(filled[0], FILMS)
    assert not searches[0].is_hit
    # Many people type twelve films: beside slips, all was typed before.
    assert sum(search.is_hit for search in searches) > len(searches) / 2
    assert [row[0] for row in as_typed.report(searches).tables[0].rows] == [
        "all",
        "from the cache",
        "from the index",
    ]


def test_growth_has_a_row_and_a_point_for_each_size(filled: tuple[Path, catalogue.Filled]) -> None:
    step = growth.Step(filled[1], engine.measure(filled[0], CORPUS))
    assert step.point.films == len(FILMS)
    assert [row[0] for row in growth.report([step]).tables[0].rows] == [str(len(FILMS))]


def test_added_films_are_found(
    filled: tuple[Path, catalogue.Filled], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findable, "FILMS", 3)
    took = findable.measure(filled[0])
    assert len(took) == 3
    assert findable.report(took, len(FILMS)).tables[0].rows[0][1] == "3"


def test_without_wrk_the_table_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    report = over_http.report(over_http.measure(tmp_path, FILMS), len(FILMS))
    assert "wrk is not installed" in report.tables[0].markdown()
    assert not report.checks

"""Files of judged queries: read whole or refused with a line, written whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinedex.foundation.errors import Invalid
from cinedex.movies.models import NewMovie, new_movie
from cinedex.search.evaluation.making import make_queries
from cinedex.search.evaluation.queries import (
    By,
    JudgedQuery,
    UnusableQueries,
    read_queries,
    require_films,
    write_queries,
)

JAWS = JudgedQuery("typo1", "jwas", (3, 14), By.LINE)


def film(name: str) -> NewMovie | None:
    try:
        return new_movie(name=name, director=name[:200])
    except Invalid:
        return None


any_films = st.lists(st.text(min_size=1).map(film)).map(lambda films: [one for one in films if one])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("queries") / "queries.ndjson"


def test_a_line_as_it_is_written(path: Path) -> None:
    write_queries(path, [JAWS])
    assert path.read_text() == '{"kind":"typo1","query":"jwas","want":[3,14],"by":"line"}\n'
    assert read_queries(path, By.LINE) == [JAWS]
    assert list(path.parent.iterdir()) == [path]


@settings(deadline=None)
@given(any_films, st.integers())
def test_what_is_made_can_be_read(path: Path, films: list[NewMovie], seed: int) -> None:
    queries = make_queries(dict(enumerate(films)), By.ID, seed=seed, per_kind=3)
    if queries:
        write_queries(path, queries)
        assert read_queries(path, By.ID) == queries


@pytest.mark.parametrize("by", By)
def test_a_set_that_does_not_say_what_its_numbers_are_is_taken_as_asked(path: Path, by: By) -> None:
    path.write_text('\n{"kind": "exact", "query": " Jaws\\t2 ", "want": [7]}\r\n  \n')
    assert read_queries(path, by) == [JudgedQuery("exact", "Jaws 2", (7,))]


@pytest.mark.parametrize(
    ("by", "other", "told"), [("line", By.ID, "name it"), ("id", By.LINE, "name no corpus")]
)
def test_a_set_of_another_catalogue_is_refused(path: Path, by: str, other: By, told: str) -> None:
    path.write_text(f'{{"kind": "exact", "query": "Jaws", "want": [7], "by": "{by}"}}\n')
    with pytest.raises(UnusableQueries, match=f"line 1: .*{told}"):
        read_queries(path, other)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{", "line 2: Input data was truncated"),
        (b"[1]", "line 2: Expected `object`"),
        (b'{"kind": "exact", "query": "Heat"}', "line 2: .*`want`"),
        (b'{"kind": "exact", "query": "Heat", "want": []}', "line 2: .*length"),
        (b'{"kind": "exact", "query": "Heat", "want": [-1]}', "line 2: .*>= 0"),
        (b'{"kind": "exact", "query": "Heat", "want": ["1"]}', "line 2: Expected `int`"),
        (b'{"kind": "exact", "query": "Heat", "want": [1], "by": "name"}', "line 2: Invalid enum value"),
        (b'{"kind": "exact", "query": " ", "want": [1]}', "line 2: query: missing"),
        (b'{"kind": "exact", "query": "\\u0000", "want": [1]}', "line 2: query: control"),
        (b'{"kind": "exact", "query": "%s", "want": [1]}' % (b"a" * 501), "line 2: query: at most 500"),
        (b'{"kind": "", "query": "Heat", "want": [1]}', "line 2: kind: missing"),
        (b'{"kind": "exact", "query": "\xff", "want": [1]}', "line 2: not valid UTF-8"),
        (b'{"a": ' + b"[" * 100_000, "line 2: "),
    ],
)
def test_a_line_that_is_no_query_is_told(path: Path, line: bytes, told: str) -> None:
    path.write_bytes(b'{"kind": "exact", "query": "Jaws", "want": [7]}\n' + line)
    with pytest.raises(UnusableQueries, match=told):
        read_queries(path, By.LINE)


def test_a_file_that_is_none_or_empty_is_told(path: Path) -> None:
    with pytest.raises(UnusableQueries, match="No such file"):
        read_queries(path.with_name("nowhere"), By.LINE)
    with pytest.raises(UnusableQueries, match="Is a directory"):
        read_queries(path.parent, By.LINE)
    path.write_text("\n \n")
    with pytest.raises(UnusableQueries, match="holds no queries"):
        read_queries(path, By.LINE)


def test_every_film_wanted_must_be_known() -> None:
    require_films([JAWS], {3, 14})
    with pytest.raises(UnusableQueries, match='"jwas" wants film 14'):
        require_films([JAWS], {3})


def _fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_file_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "queries"
    path.write_text("what was there")
    monkeypatch.setattr(Path, step, _fail)
    with pytest.raises(UnusableQueries, match="No space left"):
        write_queries(path, [JAWS])
    monkeypatch.undo()
    assert path.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (lambda folder: folder, "is no file"),
        (lambda folder: folder / "none" / "queries", "No such file"),
        (lambda folder: folder / ("q" * 300), "name too long"),
    ],
    ids=["a folder", "a folder that is not there", "a long name"],
)
def test_a_place_where_no_file_can_be_is_told(
    tmp_path: Path, place: Callable[[Path], Path], told: str
) -> None:
    with pytest.raises(UnusableQueries, match=told):
        write_queries(place(tmp_path), [JAWS])
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_of_no_queries(tmp_path: Path) -> None:
    with pytest.raises(UnusableQueries, match="no films"):
        write_queries(tmp_path / "queries", [])
    assert list(tmp_path.iterdir()) == []

"""`cinedex eval` and `make-queries`, where something is missing or wrong: one line, and nothing half-written."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from cinedex.movies.models import NewMovie
from cinedex.services import Services
from cli.judged import asked, lines
from films import JAWS
from tiers import EMBEDDED

Command = Callable[..., Result]
Do = Callable[[Callable[[Services], Awaitable[object]]], None]


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("films", "queries", "why"),
    [
        (None, None, "queries: No such file"),
        (None, [], "queries: The file holds no queries"),
        (None, [b"{"], "queries: line 1: "),
        (None, [asked("jaws", 13)], 'queries: "jaws" wants film 13'),
        (None, [asked("jaws", 1, by="line")], "queries: line 1: its films are lines of a corpus"),
        ([JAWS], [asked("jaws", 1)], 'queries: "jaws" wants film 1'),
        ([JAWS], [asked("jaws", 0, by="id")], "queries: line 1: its films are ids of a catalogue"),
        ([], [asked("jaws", 0)], "films: The file holds no films"),
        ([b"{", b"}"], [asked("jaws", 0)], "films: The file holds no films"),
        ([b"[{"], [asked("jaws", 0)], "films: The file begins like a JSON list"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_line(
    command: Command,
    tmp_path: Path,
    films: list[NewMovie | bytes] | None,
    queries: list[Any] | None,
    why: str,
) -> None:
    arguments = ["--queries", str(tmp_path / "queries")]
    if films is not None:
        arguments += ["--corpus", str(lines(tmp_path / "films", *films))]
    if queries is not None:
        lines(tmp_path / "queries", *queries)
    result = command("eval", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{tmp_path}/{why}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("films", [None, [], [b"{"]], ids=["missing", "empty", "broken"])
def test_of_a_corpus_without_films_no_queries_are_written(
    command: Command, tmp_path: Path, films: list[bytes] | None
) -> None:
    corpus, queries = tmp_path / "films", tmp_path / "queries"
    if films is not None:
        lines(corpus, *films)
    result = command("eval", "make-queries", "--corpus", str(corpus), "--output", str(queries))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{corpus}: ")
    assert result.stderr.count("\n") == 1
    assert not queries.exists()


def test_of_an_empty_catalogue_no_queries_are_written(command: Command, tmp_path: Path) -> None:
    result = command("eval", "make-queries", "--output", str(tmp_path / "queries"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There are no films to make queries of" in result.stderr
    assert not (tmp_path / "queries").exists()


def test_without_an_index_it_ends_with_1(command: Command, do: Do, tmp_path: Path) -> None:
    queries = lines(tmp_path / "queries", asked("jaws", 1))
    do(lambda services: services.movies.load([JAWS]))
    for query in ("jaws", "jwas"):
        lines(queries, asked(query, 1))
        result = command("eval", "--queries", str(queries))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("The index cannot be used: ")
        assert result.stderr.endswith("`cinedex index rebuild` builds it anew\n")


@pytest.mark.tiers(EMBEDDED, reason="the catalogue is in the data folder")
def test_without_a_catalogue_it_ends_with_1(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = lines(tmp_path / "queries", asked("jaws", 1))
    monkeypatch.setenv("CINEDEX_DATA_DIR", str(tmp_path / "mistyped"))
    for arguments in (["--queries", str(queries)], ["make-queries", "--output", str(tmp_path / "made")]):
        result = command("eval", *arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "is CINEDEX_DATA_DIR right?" in result.stderr
    assert not (tmp_path / "mistyped").exists()
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "--queries"),
        (["--corpus", "films"], "--queries"),
        (["--corpus", "films", "make-queries", "--output", "queries"], "behind its name"),
        (["make-queries"], "--output"),
        (["make-queries", "--output", "queries", "--per-kind", "0"], "--per-kind"),
    ],
    ids=" ".join,
)
def test_what_is_asked_for_must_be_whole(command: Command, arguments: list[str], why: str) -> None:
    result = command("eval", *arguments)
    assert result.exit_code == 2
    assert why in result.stderr

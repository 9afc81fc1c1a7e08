"""`cinedex eval` and `cinedex eval make-queries`."""

import gzip
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from cinedex.movies.models import new_movie
from cinedex.movies.sample import SAMPLE
from cinedex.search.service import SearchService
from cinedex.services import Services
from cli.judged import asked, lines
from films import ALIEN, DUNE_1984, DUNE_2021, FILMS, HEAT, JAWS, PSYCHO, VERTIGO, ZODIAC

Command = Callable[..., Result]
Do = Callable[[Callable[[Services], Awaitable[object]]], None]

KINDS = [
    "exact", "prefix", "typo1", "typo2", "typo_prefix", "joined", "split", "dropped", "order", "roman",
    "accents", "title+director", "title+year", "director", "director_typo",
]  # fmt: skip
BIRDS = new_movie(name="The Birds", director="Alfred Hitchcock", year=1963)


def told(result: Result) -> dict[str, list[str]]:
    """Return the table that was printed: the figures of each row by its kind."""
    assert result.exit_code == 0, result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    start = rows.index(["kind", "queries", "score", "p50", "ms"])
    assert rows[-1][0] == "macro"
    return {kind: figures for kind, *figures in rows[start + 1 :]}


def scores(result: Result) -> dict[str, float]:
    return {kind: float(score) for kind, (_, score, _) in told(result).items()}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return lines(tmp_path / "films", *FILMS)


def test_a_set_made_of_the_sample_is_scored_by_kind(command: Command, tmp_path: Path) -> None:
    queries = tmp_path / "queries"
    making = ("eval", "make-queries", "--corpus", str(SAMPLE), "--per-kind", "4", "--output", str(queries))
    made = command(*making)
    assert made.exit_code == 0
    assert [line.split() for line in made.stdout.splitlines()] == [
        *([kind, "4"] for kind in KINDS),
        f"60 queries were written to {queries}.".split(),
    ]
    text = queries.read_bytes()
    assert [json.loads(line)["kind"] for line in text.splitlines()] == [
        kind for kind in KINDS for _ in range(4)
    ]
    command(*making)
    assert queries.read_bytes() == text
    command(*making, "--seed", "2")
    assert queries.read_bytes() != text

    rows = told(command("eval", "--corpus", str(SAMPLE), "--queries", str(queries)))
    assert list(rows) == [*KINDS, "macro"]
    assert [int(count) for count, _, _ in rows.values()] == [4] * 15 + [60]
    of_kinds = [float(score) for _, score, _ in rows.values()]
    assert rows["exact"][1] == "1.000"
    assert of_kinds[-1] == pytest.approx(sum(of_kinds[:-1]) / 15, abs=0.001)
    assert of_kinds[-1] > 0.8


def test_films_are_scored_by_their_place(command: Command, corpus: Path, tmp_path: Path) -> None:
    queries = lines(
        tmp_path / "queries",
        asked("alien", FILMS.index(ALIEN)),
        asked("dune 1984", FILMS.index(DUNE_2021), kind="title+year"),
        asked("dune 1984", FILMS.index(DUNE_1984), kind="title+year"),
        asked("alfred hitchcock", FILMS.index(PSYCHO), FILMS.index(VERTIGO), kind="director"),
        asked("alfred hitchcock", FILMS.index(PSYCHO), FILMS.index(ZODIAC), kind="director"),
        asked("zzyzx", FILMS.index(HEAT), kind="human"),
    )
    result = command("eval", "--corpus", str(corpus), "--queries", str(queries))
    assert scores(result) == {
        "exact": 1.0,
        "title+year": 0.75,
        "director": 0.75,
        "human": 0.0,
        "macro": 0.625,
    }


def test_failures_name_what_was_wanted_and_what_was_found(
    command: Command, corpus: Path, tmp_path: Path
) -> None:
    queries = lines(
        tmp_path / "queries",
        asked("alien", FILMS.index(ALIEN)),
        asked("dune 1984", FILMS.index(DUNE_2021), kind="title+year"),
        asked("zzyzx", FILMS.index(HEAT), kind="human"),
    )
    arguments = ("eval", "--corpus", str(corpus), "--queries", str(queries))
    failures = [
        'title+year      0.50  "dune 1984" wants Dune (2021); found Dune (1984); Dune (2021)',
        'human           0.00  "zzyzx" wants Heat (1995); found nothing',
    ]
    listed = command(*arguments, "--failures").stdout.splitlines()
    assert [line for line in listed if " wants " in line] == failures
    assert listed[-1].startswith("macro")
    assert " wants " not in command(*arguments).stdout


@pytest.mark.usefixtures("indexed")
def test_the_own_catalogue_is_judged_by_ids(command: Command, tmp_path: Path) -> None:
    queries = tmp_path / "queries"
    assert command("eval", "make-queries", "--output", str(queries)).exit_code == 0
    made = [json.loads(line) for line in queries.read_bytes().splitlines()]
    assert {one["by"] for one in made} == {"id"}
    assert sorted(tuple(one["want"]) for one in made if one["kind"] == "exact") == [
        *((number,) for number in (1, 2, 3)), (4, 5), *((number,) for number in range(6, 13)),
    ]  # fmt: skip
    assert scores(command("eval", "--queries", str(queries)))["exact"] == 1

    lines(queries, asked("jaws", FILMS.index(JAWS) + 1), asked("jaws", FILMS.index(JAWS), kind="line"))
    assert scores(command("eval", "--queries", str(queries))) == {"exact": 1, "line": 0, "macro": 0.5}


@pytest.mark.usefixtures("indexed")
def test_nothing_is_changed_and_a_corpus_stays_out_of_the_own_catalogue(
    command: Command, do: Do, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    corpus = lines(tmp_path / "films", BIRDS)
    queries = lines(tmp_path / "queries", asked("birds", 0))
    before = {path: path.stat().st_mtime_ns for path in folder.glob("index/**/*")}
    status = command("index", "status").stdout
    assert scores(command("eval", "--corpus", str(corpus), "--queries", str(queries)))["macro"] == 1
    assert {path: path.stat().st_mtime_ns for path in folder.glob("index/**/*")} == before
    assert list(temporary.iterdir()) == []
    assert command("index", "status").stdout == status
    counts: list[int] = []

    async def count(services: Services) -> None:
        counts.append(await services.movies.count())

    do(count)
    assert counts == [len(FILMS)]


@pytest.mark.usefixtures("indexed")
def test_the_same_query_is_searched_each_time(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = lines(tmp_path / "queries", *[asked("jaws", FILMS.index(JAWS) + 1)] * 3)
    searched = []
    made = SearchService.__init__

    def note(self: SearchService, engine: Any, *others: Any) -> None:
        search = engine.search

        async def counted(query: Any) -> Any:
            searched.append(query)
            return await search(query)

        engine.search = counted
        made(self, engine, *others)

    monkeypatch.setattr(SearchService, "__init__", note)
    assert scores(command("eval", "--queries", str(queries)))["macro"] == 1
    assert len(searched) == 3


def test_a_film_that_a_corpus_has_twice_is_one(command: Command, tmp_path: Path) -> None:
    corpus = lines(tmp_path / "films", PSYCHO, VERTIGO, PSYCHO, BIRDS)
    queries = lines(
        tmp_path / "queries",
        asked("psycho", 2),
        asked("alfred hitchcock", 0, 1, 2, 3, kind="director"),
    )
    result = command("eval", "--corpus", str(corpus), "--queries", str(queries))
    assert scores(result) == {"exact": 1, "director": 1, "macro": 1}


def test_lines_that_hold_no_film_are_counted_and_keep_their_number(command: Command, tmp_path: Path) -> None:
    corpus = tmp_path / "films.gz"
    corpus.write_bytes(
        gzip.compress(lines(tmp_path / "films", b"{", JAWS, b"", {"name": ""}, HEAT).read_bytes())
    )
    queries = lines(tmp_path / "queries", asked("jaws", 1), asked("heat", 3))
    result = command("eval", "--corpus", str(corpus), "--queries", str(queries))
    assert scores(result)["macro"] == 1
    assert result.stderr == f"{corpus}: 2 lines hold no film\n"
    made = command("eval", "make-queries", "--corpus", str(corpus), "--output", str(queries))
    assert made.stderr == result.stderr
    assert {json.loads(line)["want"][0] for line in queries.read_bytes().splitlines()} == {1, 3}
    refused = lines(tmp_path / "queries", asked("nothing", 0))
    result = command("eval", "--corpus", str(corpus), "--queries", str(refused))
    assert (result.exit_code, result.stdout) == (2, "")
    assert '"nothing" wants film 0, and there is none' in result.stderr


def test_only_the_table_goes_to_standard_output(corpus: Path, tmp_path: Path) -> None:
    queries = lines(tmp_path / "queries", asked("jaws", FILMS.index(JAWS)))
    ended = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-m", "cinedex", "eval", "--corpus", str(corpus), "--queries", str(queries)],
        env={},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert [line.split()[0] for line in ended.stdout.splitlines()] == ["kind", "exact", "macro"]

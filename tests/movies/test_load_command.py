"""`cinedex movies load`."""

import gzip
import json
import sqlite3
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from cinedex.cli.movies import movies

FILMS = ["Alien", "Brazil", "Cabaret", "Dumbo", "Evita", "Fargo", "Gandhi", "Heat", "Insomnia", "Jaws"]


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is not there yet."""
    monkeypatch.setenv("CINEDEX_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "cinedex.db"


def load(*arguments: object) -> Result:
    cinedex = Typer()
    cinedex.add_typer(movies, name="movies")
    return CliRunner().invoke(cinedex, ["movies", "load", *map(str, arguments)])


def count(catalogue: Path) -> int:
    connection = sqlite3.connect(catalogue)
    [[films]] = connection.execute("SELECT count(*) FROM movies")
    connection.close()
    return int(films)


def written(path: Path, *entries: object) -> Path:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return path


def test_films_are_added_once(tmp_path: Path, catalogue: Path) -> None:
    films = written(tmp_path / "films", *({"name": name, "genre": "Drama"} for name in FILMS))
    first = load(films)
    assert (first.exit_code, first.stdout) == (0, "10 added, 0 already there, 0 refused\n")
    again = load(films, films)
    assert (again.exit_code, again.stdout) == (0, "0 added, 20 already there, 0 refused\n")
    assert count(catalogue) == 10


@pytest.mark.parametrize("name", ["films", "ﬁlms\n\x1b[31m", "films\udcff", "f" * 250])
def test_each_transaction_leaves_its_count_range_and_file(
    tmp_path: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("cinedex.cli.movies.BATCH", 4)
    films = written(tmp_path / name, *({"name": film} for film in FILMS))
    assert load(films).exit_code == load(films).exit_code == 0
    connection = sqlite3.connect(catalogue)
    told = [
        detail for (detail,) in connection.execute("SELECT detail FROM audit WHERE kind = 'films loaded'")
    ]
    connection.close()
    shown = "".join(letter if letter.isprintable() else "?" for letter in name)
    assert told == [
        f"{count} added, films {first} to {last}, from {shown}"[:200]
        for count, first, last in ((4, 1, 4), (4, 5, 8), (2, 9, 10))
    ]


def test_the_sample_by_name(catalogue: Path) -> None:
    result = load("--sample")
    assert result.exit_code == 0
    assert result.stdout == f"{count(catalogue)} added, 0 already there, 0 refused\n"
    assert count(catalogue) >= 2900


def test_what_is_refused_is_told_with_its_line_and_reason(tmp_path: Path, catalogue: Path) -> None:
    films = written(tmp_path / "films", {"name": "Alien"}, {"name": "Heat", "year": 95}, {"name": "Jaws"})
    result = load(films)
    assert result.exit_code == 1
    assert result.stdout == f"{films}: 2: year: from 1870 to 2100\n2 added, 0 already there, 1 refused\n"
    assert count(catalogue) == 2


def test_only_the_first_refusals_are_told(tmp_path: Path, catalogue: Path) -> None:
    result = load(written(tmp_path / "films", *[{}] * 25, {"name": "Heat"}), written(tmp_path / "more", {}))
    assert result.exit_code == 1
    told = result.stdout.splitlines()
    assert len(told) == 22
    assert told[19].startswith(f"{tmp_path / 'films'}: 20: ")
    assert told[20:] == ["and 6 more", "1 added, 0 already there, 26 refused"]
    assert count(catalogue) == 1


def test_a_file_that_cannot_be_read_does_not_keep_others_out(tmp_path: Path, catalogue: Path) -> None:
    films = written(tmp_path / "films", {"name": "Alien"}, {})
    result = load(tmp_path / "nowhere", tmp_path, films)
    assert result.exit_code == 2
    assert result.stdout.endswith("1 added, 0 already there, 1 refused\n")
    assert f"{tmp_path / 'nowhere'}: No such file" in result.stderr
    assert f"{tmp_path}: Is a directory" in result.stderr
    assert count(catalogue) == 1


def test_a_file_that_is_cut_off_keeps_the_batches_before(tmp_path: Path, catalogue: Path) -> None:
    lines = written(
        tmp_path / "films", *({"name": "Jaws", "votes": votes, "year": 1975} for votes in range(9000))
    )
    packed = gzip.compress(lines.read_bytes())
    lines.write_bytes(packed[:-20])
    result = load(lines)
    assert result.exit_code == 2
    assert result.stdout.startswith("1 added, ")
    assert "too early" in result.stderr
    assert count(catalogue) == 1


def test_a_file_has_to_be_named(catalogue: Path) -> None:
    result = load()
    assert result.exit_code == 2
    assert "--sample" in result.stderr
    assert not catalogue.exists()

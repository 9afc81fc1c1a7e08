"""The command line as a whole, and `cinedex database`."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cinedex.cli.main import cinedex
from tiers import EMBEDDED

Command = Callable[..., Result]


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-m", "cinedex", *arguments],
        env=settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_lists_every_command() -> None:
    shown = CliRunner().invoke(cinedex, ["--help"])
    assert shown.exit_code == 0
    for name in ("serve", "users", "movies", "database", "index", "eval"):
        assert f" {name} " in shown.stdout
    for group, names in {
        "users": [
            "create-admin",
            "list",
            "promote",
            "demote",
            "disable",
            "enable",
            "reset-password",
            "delete",
        ],
        "movies": ["load"],
        "database": ["upgrade", "connect"],
        "index": ["status", "verify", "rebuild"],
        "eval": ["make-queries"],
    }.items():
        shown = CliRunner().invoke(cinedex, [group, "--help"])
        assert [name for name in names if f" {name} " not in shown.stdout] == []


@pytest.mark.parametrize("arguments", [["no-such-command"], ["index", "no-such"], ["serve", "--port", "x"]])
def test_a_command_that_is_none_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(cinedex, arguments).exit_code == 2


def test_upgrade_makes_the_database_and_loads_the_sample_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINEDEX_DATA_DIR", str(tmp_path / "new"))
    database = tmp_path / "new" / "cinedex.db"
    first = CliRunner().invoke(cinedex, ["database", "upgrade"])
    assert first.exit_code == 0
    assert first.stdout.startswith(f"{database} is up to date; ")
    films = int(first.stdout.partition("; ")[2].split()[0])
    assert films > 2900
    again = CliRunner().invoke(cinedex, ["database", "upgrade"])
    assert again.stdout == f"{database} is up to date; 0 sample films were added.\n"
    counted = CliRunner().invoke(cinedex, ["database", "connect", "SELECT count(*), NULL FROM movies"])
    assert counted.stdout == f"{films} | \n"


def test_upgrade_without_the_sample(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINEDEX_SAMPLE", "off")
    assert command("database", "upgrade").stdout.endswith("; 0 sample films were added.\n")


@pytest.mark.tiers(EMBEDDED, reason="elsewhere it is psql that asks")
def test_connect_answers_line_by_line_until_an_empty_one(command: Command) -> None:
    typed = "SELECT 'Alien', 1979\nSELECT director\n\nSELECT 'unasked'\n"
    result = command("database", "connect", typed=typed)
    assert result.exit_code == 0
    assert "Alien | 1979\n" in result.stdout
    assert result.stderr == "no such column: director\n"
    assert "unasked" not in result.stdout
    assert command("database", "connect", typed="SELECT 1").exit_code == 0


@pytest.mark.tiers(EMBEDDED, reason="elsewhere it is psql that asks")
def test_connect_changes_nothing(command: Command, folder: Path) -> None:
    result = command("database", "connect", "DELETE FROM catalogue")
    assert "readonly" in result.stderr
    connection = sqlite3.connect(folder / "cinedex.db")
    assert connection.execute("SELECT count(*) FROM catalogue").fetchall() == [(1,)]
    connection.close()


@pytest.mark.tiers(EMBEDDED, reason="elsewhere it is psql that asks")
def test_a_statement_that_fails_ends_with_1(command: Command) -> None:
    result = command("database", "connect", "SELECT director")
    assert result.exit_code == 1
    assert result.stderr == "no such column: director\n"


def test_connect_without_a_database_says_so_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINEDEX_DATA_DIR", str(tmp_path / "new"))
    result = CliRunner().invoke(cinedex, ["database", "connect", "SELECT 1"])
    assert result.exit_code == 1
    assert "There is no database at " in result.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "arguments", [["index", "verify"], ["database", "upgrade"], ["movies", "load", "--sample"]], ids=" ".join
)
def test_what_a_person_can_mend_is_told_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "file").write_text("This is no folder.")
    (tmp_path / "cinedex.db").write_bytes(b"This was a database once. " * 1000)
    for settings in (
        {"CINEDEX_DATA_DIR": str(tmp_path / "file")},
        {"CINEDEX_DATA_DIR": str(tmp_path)},
        {"CINEDEX_DATA_DIR": str(tmp_path), "CINEDEX_PORT": "none"},
    ):
        ended = run(*arguments, **settings)
        assert ended.returncode == 1, ended.stderr
        assert ended.stderr.count("\n") == 1
        assert ended.stdout == ""


@pytest.mark.parametrize("name", ["status", "verify"])
def test_a_data_folder_without_a_catalogue_is_told_and_left_empty(tmp_path: Path, name: str) -> None:
    ended = run("index", name, CINEDEX_DATA_DIR=str(tmp_path / "nowhere"))
    assert ended.returncode == 1
    assert "is CINEDEX_DATA_DIR right?" in ended.stderr
    assert not (tmp_path / "nowhere").exists()

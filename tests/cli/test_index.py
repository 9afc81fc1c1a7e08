"""`cinedex index status`, `verify` and `rebuild`."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import filelock
import pytest
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from cinedex.cli.main import cinedex
from cinedex.foundation import outbox
from cinedex.movies.models import new_movie
from cinedex.search import verify
from cinedex.search.engines.tantivy import schema
from cinedex.services import Services
from films import FILMS, JAWS
from search.steps import change
from tiers import EMBEDDED

Command = Callable[..., Result]
Do = Callable[[Callable[[Services], Awaitable[object]]], None]
GATTACA = new_movie(name="Gattaca", director="Andrew Niccol", year=1997)


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody follows here, so nothing will mend what differs."""
    monkeypatch.setattr(verify, "_ROUNDS", 0)


@pytest.mark.parametrize("asked", ["status", "verify"])
def test_a_folder_without_a_catalogue_is_refused_and_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("CINEDEX_DATA_DIR", str(tmp_path / "mistyped"))
    result = CliRunner().invoke(cinedex, ["index", asked])
    assert result.exit_code == 1
    assert "There is no catalogue" in result.stderr
    assert not (tmp_path / "mistyped").exists()


def test_status_before_there_is_an_index(command: Command) -> None:
    result = command("index", "status")
    assert (result.exit_code, result.stdout) == (1, "There is no index yet.\n")


@pytest.mark.usefixtures("indexed")
def test_status_tells_figures(command: Command, do: Do) -> None:
    do(lambda services: services.movies.delete(1))
    result = command("index", "status")
    assert result.exit_code == 0
    told = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert "-000001-" in told["generation"]
    assert told["position"] == str(len(FILMS))
    assert told["lag"] == "1 changes"
    assert told["films"] == str(len(FILMS))
    assert re.search(r"MB in [12] segments, 0% deleted", told["size"])
    assert told["set"] == "aside   0"


@pytest.mark.usefixtures("indexed")
def test_status_names_what_was_set_aside(command: Command, do: Do) -> None:
    async def park(services: Services) -> None:
        async with services.database.transaction() as connection:
            await outbox.park(connection, 3, "too long")

    do(park)
    result = command("index", "status")
    assert "set aside   1\n  film 3: too long\n" in result.stdout


@pytest.mark.usefixtures("indexed")
def test_verify_agrees(command: Command) -> None:
    result = command("index", "verify")
    assert (result.exit_code, result.stdout) == (0, "The index holds exactly what the database holds.\n")


@pytest.mark.usefixtures("indexed")
def test_verify_names_each_difference(command: Command, do: Do) -> None:
    async def differ(services: Services) -> None:
        await services.movies.delete(2)
        await change(services.database, 3, GATTACA)
        await services.movies.load([replace(JAWS, year=1978, name="Jaws 2", director="Jeannot Szwarc")])

    do(differ)
    result = command("index", "verify")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "3 changes wait to be applied; a running service applies them.",
        "missing: 1 films, ids 13",
        "outdated: 1 films, ids 3",
        "surplus: 1 films, ids 2",
    ]


def test_verify_names_the_first_of_many(command: Command, do: Do) -> None:
    do(lambda services: services.movies.load([replace(JAWS, year=year) for year in range(1950, 1975)]))
    result = command("index", "verify")
    assert result.exit_code == 1
    ids = ", ".join(map(str, range(1, 21)))
    assert f"missing: 25 films, ids {ids} and 5 more\n" in result.stdout


@pytest.mark.usefixtures("indexed")
def test_rebuild_mends_what_differs(command: Command, do: Do) -> None:
    async def differ(services: Services) -> None:
        await services.movies.load([GATTACA])
        async with services.database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE movies SET votes = 1 WHERE id = 1")

    do(differ)
    assert command("index", "verify").exit_code == 1
    result = command("index", "rebuild")
    assert result.exit_code == 0
    assert re.search(r"-000002-[0-9a-f]{8} is live\.$", result.stdout.splitlines()[-1])
    assert command("index", "verify").exit_code == 0


@pytest.mark.tiers(EMBEDDED, reason="the index is files")
def test_a_rebuild_beside_another_is_refused_in_one_line(command: Command, folder: Path) -> None:
    (folder / "index").mkdir()
    with filelock.FileLock(folder / "index" / "build.lock"):
        result = command("index", "rebuild")
    assert result.exit_code == 1
    assert result.stderr == "The index cannot be used: another rebuild is running\n"


@pytest.mark.usefixtures("indexed")
@pytest.mark.tiers(EMBEDDED, reason="the index is files")
def test_an_index_that_cannot_be_read_is_told_in_one_line_and_rebuilt(command: Command, folder: Path) -> None:
    [meta] = (folder / "index").glob("*/meta.json")
    meta.write_text("{")
    for name in ("status", "verify"):
        result = command("index", name)
        assert result.exit_code == 1
        assert result.stderr.startswith("The index cannot be used: ")
        assert result.stderr.count("\n") == 1
    assert command("index", "rebuild").exit_code == 0
    assert command("index", "verify").exit_code == 0


@pytest.mark.usefixtures("indexed")
@pytest.mark.tiers(EMBEDDED, reason="the index is files")
def test_an_index_of_a_newer_schema_is_none(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    assert (command("index", "status").exit_code, command("index", "verify").exit_code) == (1, 1)
    assert f"missing: {len(FILMS)} films" in command("index", "verify").stdout
    assert command("index", "rebuild").exit_code == 0
    assert command("index", "verify").exit_code == 0
    assert len(list((folder / "index").glob("v*"))) == 2

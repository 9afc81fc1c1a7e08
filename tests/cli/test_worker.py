"""The processes that `cinedex serve` starts."""

import os
import subprocess
import sys
from pathlib import Path


def loaded_by(module: str) -> set[str]:
    """Return what such a process loads: what it runs, and the program that started it."""
    tell = f"import sys, cinedex.__main__, {module}; print(*sys.modules)"
    command = [sys.executable, "-c", tell]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())  # noqa: S603 -- our own program


def test_workers_load_none_of_the_commands() -> None:
    loaded = loaded_by("cinedex.cli.worker")
    assert "cinedex.app" in loaded
    assert not {"cinedex.cli.main", "alembic", "typer"} & loaded


def test_a_builder_loads_nothing_of_the_web_either() -> None:
    loaded = loaded_by("cinedex.cli.builder")
    assert "cinedex.services" in loaded
    assert not {"cinedex.cli.main", "alembic", "typer", "cinedex.app", "litestar", "granian"} & loaded


def test_nothing_large_is_loaded_for_each_worker(tmp_path: Path) -> None:
    """What is loaded after the processes parted is not shared by them."""
    tell = (
        "import sys, cinedex.cli.worker; before = set(sys.modules); cinedex.cli.worker.create_app(); "
        "print(*set(sys.modules) - before)"
    )
    environment = os.environ | {"CINEDEX_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", tell]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 -- our own program
    loaded = told.stdout.split()
    # What opens the database is loaded by its migration before that.
    own = {"litestar", "logging", "socketserver", "opentelemetry", "aiosqlite", "cinedex"}
    assert {name.partition(".")[0] for name in loaded} <= own
    assert len(loaded) < 50

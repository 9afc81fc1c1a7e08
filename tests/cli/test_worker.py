"""The processes that `cinedex serve` starts."""

import subprocess
import sys


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

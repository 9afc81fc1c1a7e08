"""The processes that `cinedex serve` starts."""

import subprocess
import sys


def test_they_load_none_of_the_commands() -> None:
    """Both are imported by each of them: what it runs, and the program that started it."""
    tell = "import sys, cinedex.__main__, cinedex.cli.worker; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, check=True).stdout  # noqa: S603 -- our own program
    assert "cinedex.app" in loaded.split()
    assert not {"cinedex.cli.main", "alembic", "typer"}.intersection(loaded.split())

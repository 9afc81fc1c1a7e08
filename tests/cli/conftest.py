"""The command line on a data folder of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cinedex.cli.main import cinedex
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from films import FILMS
from search.steps import catch_up

Do = Callable[[Callable[[Services], Awaitable[object]]], None]


@pytest.fixture
def folder(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the commands use: a migrated, empty catalogue."""
    monkeypatch.setenv("CINEDEX_DATA_DIR", str(data_dir))
    return data_dir


@pytest.fixture
def command(folder: Path) -> Callable[..., Result]:
    """Runs a command of `cinedex` on the data folder."""
    assert folder.exists()

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(cinedex, list(arguments), input=typed)

    return run


@pytest.fixture
def do(folder: Path) -> Do:
    """Does something with the services of the data folder."""

    def run(step: Callable[[Services], Awaitable[object]]) -> None:
        async def open_and_do() -> None:
            services = build_services(Settings(data_dir=folder))
            try:
                await step(services)
            finally:
                await services.close()

        asyncio.run(open_and_do())

    return run


@pytest.fixture
def indexed(do: Do) -> None:
    """All films, in the database and in the index; the first of them has id 1."""

    async def fill(services: Services) -> None:
        await services.movies.load(FILMS)
        await catch_up(services)

    do(fill)

"""The command line on an installation of its own, on tiers with each engine."""

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
from tiers import CLUSTERS, EMBEDDED, runs_on, variables

pytest_generate_tests = runs_on(EMBEDDED, *CLUSTERS)

Do = Callable[[Callable[[Services], Awaitable[object]]], None]


@pytest.fixture
def folder(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the commands use, beside a migrated, empty catalogue."""
    for name, value in variables(installation).items():
        monkeypatch.setenv(name, value)
    return installation.data_dir


@pytest.fixture
def command(folder: Path) -> Callable[..., Result]:
    """Runs a command of `cinedex` on the data folder."""
    assert folder.exists()

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(cinedex, list(arguments), input=typed)

    return run


@pytest.fixture
def do(installation: Settings) -> Do:
    """Does something with the services of the installation."""

    def run(step: Callable[[Services], Awaitable[object]]) -> None:
        async def open_and_do() -> None:
            services = build_services(installation)
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

"""Catalogues for tests to work on, each a copy of one that was made before, on every kind of database."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from cinedex.foundation.urls import DatabaseUrl
from servers.postgres import PostgresServer

Fill = Callable[[Path, DatabaseUrl | None], None]
"""Fills a catalogue: a file in this folder, or the database at this address. It closes what it opens."""

KINDS = ("sqlite", "postgres")

on_both = pytest.mark.parametrize("database_kind", KINDS, indirect=True, scope="session")
"""Runs a test on each kind of database."""
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
"""Runs a test on SQLite alone, in a room whose tests run on both."""
on_postgres = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True, scope="session")
"""Runs a test on PostgreSQL alone."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """For the conftest of a room: its tests run on both, where they say nothing else."""
    said = any(mark.args[0] == "database_kind" for mark in metafunc.definition.iter_markers("parametrize"))
    if "database_kind" in metafunc.fixturenames and not said:
        metafunc.parametrize("database_kind", KINDS, indirect=True, scope="session")


class Catalogues(Protocol):
    """Makes catalogues to be copied: running the migrations takes longer than a copy."""

    def make(self, name: str, fill: Fill, template: str = "") -> None: ...

    def copy(self, name: str, folder: Path) -> AbstractContextManager[DatabaseUrl | None]:
        """Copy a catalogue into the folder, or to an address, until the block ends."""
        ...


class SqliteCatalogues:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, name: str, fill: Fill, template: str = "") -> None:
        (self._folder / name).mkdir()
        if template:
            self._put(template, self._folder / name)
        fill(self._folder / name, None)

    @contextmanager
    def copy(self, name: str, folder: Path) -> Iterator[None]:
        self._put(name, folder)
        yield

    def _put(self, name: str, folder: Path) -> None:
        shutil.copy(self._folder / name / "cinedex.db", folder / "cinedex.db")


class PostgresCatalogues:
    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._databases: dict[str, str] = {}

    def make(self, name: str, fill: Fill, template: str = "") -> None:
        (self._folder / name).mkdir()
        self._databases[name] = self._server.create(self._databases.get(template, "template0"))
        fill(self._folder / name, DatabaseUrl(self._server.url(self._databases[name])))

    @contextmanager
    def copy(self, name: str, folder: Path) -> Iterator[DatabaseUrl]:
        assert folder.exists()
        database = self._server.create(self._databases[name])
        try:
            yield DatabaseUrl(self._server.url(database))
        finally:
            self._server.drop(database)

"""What all tests share: a migrated database of their own, and the clock."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cinedex.foundation import migrations
from cinedex.foundation.database import Database


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file made by the migrations, for tests to copy: running them takes longer."""
    path = tmp_path_factory.mktemp("template") / "cinedex.db"

    async def make() -> None:
        database = Database(path)
        await migrations.upgrade(database)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
def data_dir(tmp_path: Path, empty_catalogue: Path) -> Path:
    """A data folder with a migrated, empty catalogue in it."""
    shutil.copy(empty_catalogue, tmp_path / "cinedex.db")
    return tmp_path


@pytest.fixture
async def database(data_dir: Path) -> AsyncIterator[Database]:
    opened = Database(data_dir / "cinedex.db")
    yield opened
    await opened.close()

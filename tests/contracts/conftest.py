"""One place for each adapter of the search port, in a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.places import PLACES, Place


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path, run_folder: Path) -> AsyncIterator[Place]:
    made = PLACES[request.param](tmp_path, run_folder)
    yield made
    await made.remove()
    await made.close()

"""One place for each adapter of the search port, in a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.cluster_place import ClusterPlace, nodes_under_test
from contracts.places import PLACES, Place


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path, run_folder: Path) -> AsyncIterator[Place]:
    made = PLACES[request.param](tmp_path, run_folder)
    yield made
    await made.remove()
    await made.close()


@pytest.fixture(params=nodes_under_test())
async def cluster(
    request: pytest.FixtureRequest, tmp_path: Path, run_folder: Path
) -> AsyncIterator[ClusterPlace]:
    """A place in a cluster of each release under test."""
    made = ClusterPlace(request.param, tmp_path, run_folder)
    yield made
    await made.remove()
    await made.close()

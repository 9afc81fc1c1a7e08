"""One place for each adapter of the search port, in a folder of its own."""

from pathlib import Path

import pytest

from contracts.places import PLACES, Place


@pytest.fixture(params=PLACES, ids=lambda kind: kind.__name__)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    made: Place = request.param(tmp_path)
    return made

"""What the follower has built for it: given up, or begun anew."""

import asyncio
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cinedex.foundation.child import ChildEnded
from cinedex.search import follower
from cinedex.search.engines.tantivy.writer import heap_to_build
from cinedex.search.standing import tiers_of
from cinedex.services import Services
from films import HEAT, JAWS
from search.followers import finds, following
from search.steps import catch_up, eventually
from tiers import EMBEDDED, REPLICA


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "_PAUSE_SECONDS", 0.01)


@pytest.mark.parametrize(
    ("films", "megabytes"), [(0, 126), (100_000, 126), (1_000_000, 400), (100_000_000, 400)]
)
def test_a_build_of_many_films_keeps_more_of_them_in_memory(films: int, megabytes: int) -> None:
    assert heap_to_build(tiers_of([], films).films) == megabytes * 1_000_000


async def test_a_build_is_given_up_when_it_stops(services: Services) -> None:
    building, given_up = asyncio.Event(), asyncio.Event()

    async def build() -> None:
        building.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    stopped = services.follower(build)
    running = asyncio.create_task(stopped.run())
    await asyncio.wait_for(building.wait(), 20)
    stopped.stop()
    await asyncio.wait_for(running, 20)
    assert given_up.is_set()


async def test_a_build_that_was_killed_is_tried_again(services: Services) -> None:
    await services.movies.load([HEAT])
    failures = [ChildEnded("told to fail")]

    async def build() -> None:
        if failures:
            raise failures.pop()
        await services.rebuilder.rebuild()

    follower_ = services.follower(build)
    running = asyncio.create_task(follower_.run())
    with capture_logs() as logs:
        await eventually(services.search.is_ready)
    follower_.stop()
    await asyncio.wait_for(running, 20)
    assert (await services.verifier.verify()).is_none
    assert [(log["reason"], log["exc_info"]) for log in logs if log["event"].startswith("follower")] == [
        ("told to fail", False)
    ]


@pytest.mark.tiers(EMBEDDED, REPLICA, reason="the index is files")
@pytest.mark.parametrize("damage", ["meta.json cut off", "a segment gone", "all gone"])
async def test_a_damaged_index_is_built_anew(services: Services, data_dir: Path, damage: str) -> None:
    await services.movies.load([HEAT, JAWS])
    await catch_up(services)
    generation = data_dir / "index" / (await services.index.live_generation() or "")
    if damage == "all gone":
        shutil.rmtree(generation)
    elif damage == "a segment gone":
        next(generation.glob("*.term")).unlink()
    else:
        (generation / "meta.json").write_bytes(b'{"segments":[')
    with capture_logs():
        async with following(services):
            await finds(services, "Heat", "Jaws")
    assert await services.index.live_generation() != generation.name


@pytest.mark.tiers(EMBEDDED, REPLICA, reason="the index is files")
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"v1-000001\x00", b"", b"../../etc"])
async def test_a_current_file_of_nonsense_is_no_generation(
    services: Services, data_dir: Path, content: bytes
) -> None:
    await services.movies.load([HEAT])
    (data_dir / "index").mkdir(exist_ok=True)
    (data_dir / "index" / "CURRENT").write_bytes(content)
    async with following(services):
        await finds(services, "Heat")
    assert (await services.verifier.verify()).is_none

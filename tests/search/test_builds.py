"""What the follower has built for it: given up, or begun anew."""

import asyncio

import pytest
from structlog.testing import capture_logs

from cinedex.foundation.child import ChildEnded
from cinedex.search import follower
from cinedex.services import Services
from films import HEAT
from search.steps import eventually


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


async def test_a_build_that_was_killed_is_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "_PAUSE_SECONDS", 0.01)
    await services.movies.load([HEAT])
    failures = [ChildEnded("told to fail")]

    async def build() -> None:
        if failures:
            raise failures.pop()
        await services.rebuilder.rebuild()

    following = services.follower(build)
    running = asyncio.create_task(following.run())
    with capture_logs() as logs:
        await eventually(services.search.is_ready)
    following.stop()
    await asyncio.wait_for(running, 20)
    assert (await services.verifier.verify()).is_none
    assert [(log["reason"], log["exc_info"]) for log in logs if log["event"].startswith("follower")] == [
        ("told to fail", False)
    ]

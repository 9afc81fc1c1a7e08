"""A follower that runs for a while, and waiting for what it does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from cinedex.foundation.leading import Lead
from cinedex.search.follower import Follower
from cinedex.search.port import SearchIndex
from cinedex.search.rebuild import Rebuilder
from cinedex.services import Services
from search.steps import eventually, names_found


@asynccontextmanager
async def following(
    services: Services,
    index: SearchIndex | None = None,
    ready: Callable[[], None] = lambda: None,
    lead: Lead | None = None,
) -> AsyncIterator[Follower]:
    """Run a follower, and that of this node's words; in the end they stop by themselves."""
    used = index or services.index
    build = Rebuilder(services.database, services.movies, used).rebuild
    follower_ = Follower(services.database, services.movies, used, build, lead or services.lead)
    keeper = None
    if services.word_rebuilder is not None:
        keeper = services.word_follower(services.word_rebuilder.rebuild)
    running = [asyncio.create_task(follower_.run(ready))]
    if keeper is not None:
        running.append(asyncio.create_task(keeper.run()))
    try:
        yield follower_
    finally:
        follower_.stop()
        if keeper is not None:
            keeper.stop()
        async with asyncio.timeout(20):
            await asyncio.gather(*running)


async def finds(services: Services, *names: str) -> None:
    """Wait until a search for each name finds that film."""
    for name in names:
        await eventually(lambda name=name: _is_found(services, name))  # type: ignore[misc]  # mypy cannot infer a default


async def _is_found(services: Services, name: str) -> bool:
    if not await services.search.is_ready():
        return False
    return name in await names_found(services, name)

"""Any adapter: searches go on while films are written and generations change, and never go back in time."""

import asyncio
import threading
from collections.abc import Awaitable

from cinedex.search.standing import Tiers
from contracts.indexes import CATALOGUE, found, opened, publish_new, write
from contracts.places import Place
from films import HEAT, JAWS, document


async def closing(place: Place, change: Awaitable[None]) -> None:
    """Make a change, and let go of what its event loop has opened."""
    try:
        await change
    finally:
        await place.close()


async def test_each_search_shows_all_that_was_committed_before_it(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    writer, engine = await opened(place), place.engine()
    for position in range(2, 30):
        await write(writer, {1: (HEAT, JAWS)[position % 2]}, position)
        await asyncio.sleep(place.mark_seconds)
        assert (await engine.mark()).position == position
        assert await found(engine, "heat") == ([] if position % 2 else [1])
    engine.close()
    await writer.close()


async def test_searches_beside_a_writer_in_another_thread(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})
    committed = [1]

    async def change() -> None:
        index = place.index()
        for _ in range(3):
            writer = await opened(place)
            for _ in range(5):
                position = writer.mark.position + 1
                await writer.stage([document(position, JAWS)], [])
                await writer.commit(position)
                committed[0] = position
            await writer.close()
            build = await index.create(CATALOGUE, Tiers())
            films = dict.fromkeys(range(2, committed[0] + 1), JAWS) | {1: HEAT}
            await write(build, films, committed[0])
            await build.close()
            await index.publish(build.mark.generation)

    thread = threading.Thread(target=lambda: asyncio.run(closing(place, change())))
    thread.start()
    engine, seen = place.engine(), [0]
    while thread.is_alive():
        before = committed[0]
        await asyncio.sleep(place.mark_seconds)
        assert await found(engine, "heat") == [1]
        position = (await engine.mark()).position
        assert position >= max(before, seen[-1])
        seen.append(position)
    thread.join()
    await asyncio.sleep(place.mark_seconds)
    assert (await engine.mark()).position == committed[0] == 16
    assert len(await place.index().digests()) == 16
    engine.close()


async def test_figures_and_digests_beside_a_writer(place: Place) -> None:
    await publish_new(place.index(), {1: HEAT})

    async def change() -> None:
        writer = await opened(place)
        for position in range(2, 40):
            await write(writer, {position: JAWS}, position)
        await writer.close()

    thread = threading.Thread(target=lambda: asyncio.run(closing(place, change())))
    thread.start()
    index = place.index()
    while thread.is_alive():
        status = await index.status()
        assert status is not None
        assert status.movies >= 1
        assert status.mark.position in range(1, 40)
        assert 1 in await index.digests()
    thread.join()

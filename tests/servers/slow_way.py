"""A way to a real server that can be made slow: what it answers arrives late, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_PIECE = 1 << 16


class SlowWay:
    """Leads from a port of its own to another one of this machine."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = 0
        self.delay_seconds = 0.0
        """How much later each piece of an answer arrives."""
        self.end_delay_seconds = 0.0
        """How much later the end of a connection arrives than what was last said on it."""
        self._pumps: set[asyncio.Task[None]] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Lead one connection to the server and back, until either side ends it."""
        answers, asks = await asyncio.open_connection("127.0.0.1", self._target)
        pumps = [
            asyncio.create_task(self._pump(reader, asks, is_slow=False)),
            asyncio.create_task(self._pump(answers, writer, is_slow=True)),
        ]
        self._pumps.update(pumps)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(pumps, timeout=self.end_delay_seconds)
        for pump in pumps:
            pump.cancel()
        await asyncio.wait(pumps)
        self._pumps.difference_update(pumps)
        for end in (asks, writer):
            end.close()
            with suppress(OSError):
                await end.wait_closed()

    async def _pump(
        self, source: asyncio.StreamReader, drain: asyncio.StreamWriter, *, is_slow: bool
    ) -> None:
        with suppress(OSError):
            while piece := await source.read(_PIECE):
                if is_slow:
                    await asyncio.sleep(self.delay_seconds)
                drain.write(piece)
                await drain.drain()

    def cut(self) -> None:
        """End all connections."""
        for pump in self._pumps:
            pump.cancel()


@asynccontextmanager
async def slow_way(target: int) -> AsyncIterator[SlowWay]:
    """Open a way to a port, and close it when the block ends."""
    way = SlowWay(target)
    taking: set[asyncio.Task[None]] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        taking.add(task)
        await way.take(reader, writer)
        taking.discard(task)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    way.port = server.sockets[0].getsockname()[1]
    try:
        yield way
    finally:
        server.close()
        way.cut()
        if taking:
            await asyncio.wait(taking)

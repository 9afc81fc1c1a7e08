"""Connections to a host: kept, given up, and never mixed up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from cinedex.search.address import Host, Product, SearchAddress
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.port import IndexUnavailable

VERSIONS = b'{"nodes":{"n":{"version":"3.8.0"}}}'

Serve = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


class Seen:
    """What a host was asked, and over how many connections."""

    def __init__(self) -> None:
        self.connections = 0
        self.targets: list[bytes] = []


@asynccontextmanager
async def asking(serve: Serve) -> AsyncIterator[tuple[Cluster, Seen]]:
    """A cluster of one host, which tells its version and answers all else by `serve`."""
    seen = Seen()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                target = head.split(b" ")[1]
                if target.startswith(b"/_nodes"):
                    writer.write(whole(VERSIONS))
                else:
                    seen.targets.append(target)
                    await serve(target, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    host = Host("127.0.0.1", server.sockets[0].getsockname()[1])
    cluster = Cluster(SearchAddress(Product.OPENSEARCH, (host,)))
    yield cluster, seen
    await cluster.close()
    server.close()


def whole(body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n%b\r\n%b" % (len(body), headers, body)


async def echo(target: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(whole(b'"%b"' % target))


async def test_one_connection_serves_one_call_after_another() -> None:
    async with asking(echo) as (cluster, seen):
        for at in range(20):
            assert await cluster.read("GET", f"/{at}") == f"/{at}"
    assert seen.connections == 1


async def test_calls_at_the_same_time_get_their_own_answers() -> None:
    async def slowly(target: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05 if target.endswith(b"0") else 0.0)
        await echo(target, writer)

    async with asking(slowly) as (cluster, seen):
        answers = await asyncio.gather(*(cluster.read("GET", f"/{at}") for at in range(50)))
        assert answers == [f"/{at}" for at in range(50)]
    assert 1 < seen.connections <= 51


async def test_the_answer_to_a_call_that_was_given_up_reaches_nobody_else() -> None:
    answering = asyncio.Event()

    async def late(target: bytes, writer: asyncio.StreamWriter) -> None:
        if target == b"/first":
            await answering.wait()
        await echo(target, writer)

    async with asking(late) as (cluster, seen):
        first = asyncio.create_task(cluster.read("GET", "/first"))
        while not seen.targets:  # noqa: ASYNC110 -- until it is there
            await asyncio.sleep(0.01)
        first.cancel()
        answering.set()
        assert [await cluster.read("GET", f"/{at}") for at in range(5)] == [f"/{at}" for at in range(5)]
    assert first.cancelled()


@pytest.mark.parametrize("sizes", [[1], [3, 1], [5, 5, 5]])
async def test_an_answer_may_come_in_chunks(sizes: list[int]) -> None:
    text = b'"' + b"x" * (sum(sizes) - 2 if sum(sizes) > 1 else 0) + b'"'

    async def in_chunks(_target: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        rest = text
        for size in sizes:
            chunk, rest = rest[:size], rest[size:]
            writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            await writer.drain()
            await asyncio.sleep(0.01)
        if rest:
            writer.write(b"%x\r\n%b\r\n" % (len(rest), rest))
        writer.write(b"0\r\n\r\n")

    async with asking(in_chunks) as (cluster, seen):
        for _ in range(3):
            assert await cluster.read("GET", "/") == text[1:-1].decode()
    assert seen.connections == 1


async def test_what_was_kept_too_long_is_opened_again() -> None:
    async def once(target: bytes, writer: asyncio.StreamWriter) -> None:
        await echo(target, writer)
        await writer.drain()
        writer.close()

    async with asking(once) as (cluster, _):
        for at in range(20):
            assert await cluster.read("GET", f"/{at}") == f"/{at}"


async def test_a_host_that_wants_no_more_on_a_connection_gets_no_more() -> None:
    async def last(target: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(whole(b'"%b"' % target, b"connection: close\r\n"))

    async with asking(last) as (cluster, seen):
        for at in range(5):
            assert await cluster.read("GET", f"/{at}") == f"/{at}"
    # The first tells the version, and serves a call as well.
    assert seen.connections == 5


async def test_what_nobody_asked_for_is_no_answer() -> None:
    async def twice(target: bytes, writer: asyncio.StreamWriter) -> None:
        await echo(target, writer)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(whole(b'"more"'))

    async with asking(twice) as (cluster, _):
        for at in range(5):
            assert await cluster.read("GET", f"/{at}") == f"/{at}"
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    "answer",
    [
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"",
    ],
)
async def test_half_an_answer_is_none(answer: bytes) -> None:
    async def badly(_target: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with asking(badly) as (cluster, seen):
        with pytest.raises(IndexUnavailable, match="cannot be reached"):
            await cluster.read("GET", "/")
    # The transport asks so often where there is but one host, and once more where the connection was kept.
    assert len(seen.targets) <= 5

"""Calls to a search cluster: several hosts, some of them gone or silent, deadlines, and who answers."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cinedex.search.address import Host, Product, SearchAddress
from cinedex.search.engines.cluster import transport
from cinedex.search.engines.cluster.transport import READER_SECONDS, Cluster, Refused
from cinedex.search.port import IndexUnavailable
from servers.search_node import search_node

PASSWORD = "never to be shown"
HEALTH = "/_cluster/health"
# No program asks for ports as low as these, and nothing listens there.
NOBODY, NOBODY_ELSE = Host("127.0.0.1", 9), Host("127.0.0.1", 1)


@pytest.fixture
def node(run_folder: Path) -> Host:
    return Host("127.0.0.1", search_node("opensearch3", run_folder).port)


@asynccontextmanager
async def opened(
    *hosts: Host, product: Product = Product.OPENSEARCH, uses_tls: bool = False
) -> AsyncIterator[Cluster]:
    cluster = Cluster(SearchAddress(product, hosts, uses_tls=uses_tls, credentials=("ann", PASSWORD)))
    yield cluster
    await cluster.close()


@asynccontextmanager
async def gateway(answer: bytes | None, seen: list[bytes] | None = None) -> AsyncIterator[Host]:
    """A proxy with nothing behind it: it gives this answer to each request, or none."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if seen is not None:
                    seen.append(head)
                if answer is not None:
                    writer.write(answer)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield Host("127.0.0.1", server.sockets[0].getsockname()[1])
    server.close()


def http(status: str, body: bytes, kind: str = "application/json") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


async def test_a_host_that_is_gone_is_passed_over(node: Host) -> None:
    async with opened(NOBODY, node, NOBODY_ELSE) as cluster:
        for _ in range(6):
            assert (await cluster.read("GET", HEALTH))["number_of_nodes"] == 1


async def test_a_host_that_is_silent_leaves_time_to_ask_another(node: Host) -> None:
    async with gateway(None) as silent, opened(silent, node) as cluster:
        for _ in range(4):
            assert (await cluster.read("GET", HEALTH))["number_of_nodes"] == 1


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
async def test_a_proxy_that_reaches_nobody_is_passed_over(node: Host, status: str) -> None:
    async with gateway(http(status, b"<h1>no</h1>", "text/html")) as proxy, opened(proxy, node) as cluster:
        for _ in range(4):
            assert (await cluster.read("GET", HEALTH))["number_of_nodes"] == 1


async def test_when_nobody_answers_that_is_told_and_no_password() -> None:
    async with opened(NOBODY, NOBODY_ELSE) as cluster:
        with pytest.raises(IndexUnavailable, match="cannot be reached") as error:
            await cluster.load("GET", HEALTH)
    assert PASSWORD not in str(error.value)
    assert PASSWORD not in repr(cluster.address)


async def test_a_silent_cluster_is_given_up_at_the_deadline() -> None:
    async with gateway(None) as silent, opened(silent) as cluster:
        began = time.monotonic()
        with pytest.raises(IndexUnavailable):
            await cluster.read("GET", HEALTH)
        assert time.monotonic() - began < 10 * READER_SECONDS


async def test_credentials_go_to_the_cluster() -> None:
    seen: list[bytes] = []
    async with gateway(http("401 Unauthorized", b'{"error":"no"}'), seen) as proxy, opened(proxy) as cluster:
        with pytest.raises(Refused, match="401") as refusal:
            await cluster.read("GET", HEALTH)
    token = base64.b64encode(f"ann:{PASSWORD}".encode())
    assert b"Basic " + token in seen[0]
    assert token.decode() not in str(refusal.value)


@pytest.mark.parametrize("answer", [http("200 OK", b"<h1>Welcome</h1>", "text/html"), http("200 OK", b"{}")])
async def test_what_is_no_search_cluster_is_refused(answer: bytes) -> None:
    async with gateway(answer) as other, opened(other) as cluster:
        with pytest.raises(IndexUnavailable, match=r"no search cluster|of an unknown version"):
            await cluster.read("GET", HEALTH)


async def test_the_other_product_is_refused(node: Host) -> None:
    async with opened(node, product=Product.ELASTICSEARCH) as cluster:
        for _ in range(2):
            with pytest.raises(IndexUnavailable, match="says elasticsearch, and opensearch answers"):
                await cluster.read("GET", HEALTH)


async def test_a_version_that_is_not_known_is_refused(node: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(transport._MAJORS, Product.OPENSEARCH, range(1, 3))  # noqa: SLF001 -- no node is so new
    async with opened(node) as cluster:
        with pytest.raises(IndexUnavailable, match=r"opensearch 3\.\d+\.\d+ is not known here, only 1 and 2"):
            await cluster.read("GET", HEALTH)


async def test_a_node_without_tls_is_unavailable_by_tls(node: Host) -> None:
    async with opened(node, uses_tls=True) as cluster:
        with pytest.raises(IndexUnavailable):
            await cluster.read("GET", HEALTH)


async def test_more_callers_than_connections_are_all_answered(node: Host) -> None:
    async with opened(node) as cluster:
        answers = await asyncio.gather(*(cluster.load("GET", HEALTH) for _ in range(200)))
    assert all(answer["number_of_nodes"] == 1 for answer in answers)


async def test_a_refusal_tells_its_status_and_kind(node: Host) -> None:
    async with opened(node) as cluster:
        with pytest.raises(Refused) as refusal:
            await cluster.read("GET", "/no-such-index/_mapping")
    assert (refusal.value.status, refusal.value.kind) == (404, "index_not_found_exception")


async def test_a_closed_cluster_opens_again(node: Host) -> None:
    async with opened(node) as cluster:
        for _ in range(2):
            await cluster.read("GET", HEALTH)
            await cluster.close()

"""Calls to a cluster: which node, how long, and what a refusal means.

The transport of the official Elasticsearch client keeps the pool of hosts and connections, and asks the next host
when one is gone. It speaks plain JSON, which all versions of both products understand.
"""

import asyncio
import base64
import logging
import ssl
from collections.abc import Awaitable
from typing import Any, NamedTuple

import msgspec
from elastic_transport import AsyncTransport, HttpHeaders, NodeConfig, SerializerCollection, TransportError

from cinedex.search.address import Product, SearchAddress
from cinedex.search.engines.cluster.connections import Connections
from cinedex.search.port import IndexUnavailable

READER_SECONDS, LOADER_SECONDS = 1.0, 30.0
"""So long a search may take, and a call that writes or looks through an index."""

# More callers than connections would wait on one another inside the pool, where the wait counts as the call's.
_CONNECTIONS = 32
_RETRIES = 3
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 3.0
_OK, _TOO_MANY, _GATEWAY_ERRORS = 300, 429, frozenset([502, 503, 504])
_MAJORS = {Product.ELASTICSEARCH: range(8, 10), Product.OPENSEARCH: range(2, 4)}
_JSON, _LINES = "application/json", "application/x-ndjson"
_ACCEPTING = HttpHeaders({"accept": _JSON})
_SENDING = {kind: HttpHeaders({"accept": _JSON, "content-type": kind}) for kind in (_JSON, _LINES)}


class _Request(NamedTuple):
    """What is sent, and the shape of what is answered."""

    method: str
    path: str
    body: bytes | None = None
    kind: str = _JSON
    shape: Any = Any


_VERSIONS = _Request("GET", "/_nodes/_all/os?filter_path=nodes.*.version")


class Refused(IndexUnavailable):
    """The cluster answers, and says no: the status, and the kind of error in its own words."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"the search cluster refuses, {status} {kind}: {reason}")
        self.status = status
        self.kind = kind


class _AsTheyAre(SerializerCollection):
    """Bodies as bytes: what a gateway answers in front of the cluster need not be JSON."""

    def dumps(self, data: bytes, mimetype: str | None = None) -> bytes:  # noqa: ARG002 -- the library's shape
        return data

    def loads(self, data: bytes, mimetype: str | None = None) -> bytes:  # noqa: ARG002 -- the library's shape
        return data


class Cluster:
    """A search cluster, asked by one event loop. Nothing is sent before the first call."""

    def __init__(self, address: SearchAddress) -> None:
        self.address = address
        self._free = asyncio.Semaphore(_CONNECTIONS * len(address.hosts))
        self._transport: AsyncTransport | None = None
        self._is_known = False

    async def read(self, method: str, path: str, body: object = None, shape: Any = Any) -> Any:
        """Return what a call answers, decoded, within a reader's deadline. Raises Refused, IndexUnavailable."""
        request = _Request(method, path, _encoded(body), shape=shape)
        return await self._within(READER_SECONDS, self._call(READER_SECONDS, request))

    async def search(self, path: str, lines: bytes, shape: Any = Any) -> Any:
        """Send lines of JSON as `read` sends a body."""
        request = _Request("POST", path, lines, _LINES, shape)
        return await self._within(READER_SECONDS, self._call(READER_SECONDS, request))

    async def load(self, method: str, path: str, body: object = None) -> Any:
        """Return what a call answers, decoded, within a loader's deadline; a busy cluster is asked again.

        Raises Refused, IndexUnavailable.
        """
        request = _Request(method, path, _encoded(body))
        return await self._within(LOADER_SECONDS, self._patiently(request))

    async def bulk(self, path: str, lines: bytes) -> Any:
        """Send lines of JSON as `load` sends a body."""
        return await self._within(LOADER_SECONDS, self._patiently(_Request("POST", path, lines, _LINES)))

    async def close(self) -> None:
        """Close all connections; the next call opens new ones."""
        if self._transport is not None:
            await self._transport.close()

    async def _within(self, seconds: float, call: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(seconds):
                return await call
        except TimeoutError:
            raise IndexUnavailable(f"the search cluster did not answer within {seconds:g} seconds") from None

    async def _patiently(self, request: _Request) -> Any:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return await self._call(LOADER_SECONDS, request)
            except Refused as refusal:
                if refusal.status != _TOO_MANY:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _call(self, seconds: float, request: _Request) -> Any:
        async with self._free:
            if not self._is_known:
                product, nodes = await self._send(seconds, _VERSIONS)
                _check(self.address.product, product, nodes)
                self._is_known = True
            _, answer = await self._send(seconds, request)
        return answer

    async def _send(self, seconds: float, request: _Request) -> tuple[Product, Any]:
        if self._transport is None:
            self._transport = _transport(self.address)
        # One silent host of several must leave time to ask another. All calls may be made twice.
        has_others = len(self.address.hosts) > 1
        try:
            meta, content = await self._transport.perform_request(
                request.method,
                request.path,
                body=request.body,
                headers=_ACCEPTING if request.body is None else _SENDING[request.kind],
                request_timeout=seconds / 2 if has_others else seconds,
                retry_on_timeout=has_others,
            )
        except TransportError as error:
            # Its text names hosts and causes, and neither headers nor bodies.
            raise IndexUnavailable(f"the search cluster cannot be reached: {error}") from None
        if meta.status >= _OK:
            raise _refusal(meta.status, _decoded(content, Any))
        answer = _decoded(content, request.shape)
        if answer is None:
            raise IndexUnavailable("what answers is no search cluster")
        is_elasticsearch = meta.headers.get("x-elastic-product") == "Elasticsearch"
        return Product.ELASTICSEARCH if is_elasticsearch else Product.OPENSEARCH, answer


def _transport(address: SearchAddress) -> AsyncTransport:
    # What fails is told by exceptions; the library would print each retry as well.
    logging.getLogger("elastic_transport").setLevel(logging.CRITICAL)
    headers = {}
    if address.credentials is not None:
        token = base64.b64encode(":".join(address.credentials).encode()).decode()
        headers["authorization"] = f"Basic {token}"
    try:
        context = ssl.create_default_context(cafile=address.ca) if address.uses_tls else None
    except OSError as error:
        raise IndexUnavailable("the file of the certificate authority cannot be read") from error
    nodes = [
        NodeConfig(
            scheme="https" if address.uses_tls else "http",
            host=host.name,
            port=host.port,
            headers=HttpHeaders(headers),
            ssl_context=context,
        )
        for host in address.hosts
    ]
    transport = AsyncTransport(
        nodes,
        node_class=Connections,
        max_retries=max(_RETRIES, len(nodes)),
        retry_on_status=_GATEWAY_ERRORS,
        meta_header=False,
    )
    transport.serializers = _AsTheyAre()
    return transport


def _check(wanted: Product, product: Product, answer: Any) -> None:
    """Raise IndexUnavailable unless the nodes are of the product that was named, in versions known here."""
    if product is not wanted:
        raise IndexUnavailable(f"the address says {wanted}, and {product} answers")
    versions = [node["version"] for node in answer.get("nodes", {}).values()]
    known = [str(major) for major in _MAJORS[product]]
    for version in versions or ["of an unknown version"]:
        if version.partition(".")[0] not in known:
            raise IndexUnavailable(f"{product} {version} is not known here, only {' and '.join(known)}")


def _encoded(body: object) -> bytes | None:
    return None if body is None else msgspec.json.encode(body)


def _decoded(content: bytes, shape: Any) -> Any:
    """Return JSON as values; None for what is none, or has another shape."""
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.DecodeError:
        return None


def _refusal(status: int, answer: Any) -> Refused:
    match answer:
        case {"error": {"type": str(kind), "reason": str(reason)}}:
            return Refused(status, kind, reason)
        case _:
            return Refused(status, "error", "nothing more is told")

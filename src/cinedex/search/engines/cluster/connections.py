"""Connections to one host of a cluster, kept open, with one request at a time on each.

Stands below the official transport, which chooses the host and asks the next one. Its own clients take longer for a
request than all the rest of a search: headers are copied and normalised that nobody reads.
"""

import asyncio
import ssl
from typing import Final, NamedTuple, cast

import elastic_transport
import httptools
from elastic_transport import ApiResponseMeta, BaseAsyncNode, HttpHeaders, NodeConfig
from elastic_transport.client_utils import DEFAULT, DefaultType

_READ: Final = {b"content-type": "content-type", b"x-elastic-product": "x-elastic-product"}
"""The headers of an answer that somebody asks for."""


class Answer(NamedTuple):
    """What the transport reads of an answer."""

    meta: ApiResponseMeta
    body: bytes


class Connection(asyncio.Protocol):
    """One connection; what the parser finds in an answer is noted here."""

    def __init__(self) -> None:
        self.is_closed = False
        self.stays_open = False
        self._wire: asyncio.Transport | None = None
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answered: asyncio.Future[None] | None = None
        self.has_begun = False
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []

    async def ask(self, request: bytes) -> int:
        """Send a request and return the answer's status. Raises builtins' ConnectionError when none comes."""
        self._begin()
        if self._wire is None or self.is_closed:
            raise ConnectionResetError("the connection is closed")
        self._answered = asyncio.get_running_loop().create_future()
        self._wire.write(request)
        await self._answered
        return self._parser.get_status_code()

    def close(self) -> None:
        """Close it, whatever is under way."""
        self.is_closed = True
        if self._wire is not None:
            self._wire.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called when it is open."""
        self._wire = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Called with what arrives."""
        if self._answered is None or self._answered.done():
            # Nobody has asked for this.
            self.close()
            return
        self.has_begun = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionError(f"no HTTP is answered: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Called when it is closed, by whomever."""
        self._fail(exc or ConnectionResetError("the connection was closed"))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        kept = _READ.get(name.lower())
        if kept is not None:
            self.headers[kept] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """Called by the parser, perhaps for each part."""
        self.parts.append(body)

    def on_message_complete(self) -> None:
        """Called by the parser at the end of an answer."""
        # Told now: afterwards the parser is at the next answer.
        self.stays_open = self._parser.should_keep_alive()
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(None)

    def _fail(self, error: Exception) -> None:
        self.close()
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error)


class Connections(BaseAsyncNode):
    """The connections to a host, as many as there are requests at a time."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self._free: list[Connection] = []
        authority = self.base_url.partition("://")[2]
        lines = {"host": authority, **self.headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    async def perform_request(  # type: ignore[override]
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> Answer:
        """Send a request and return its answer; see the base class. Raises TransportError."""
        own = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        content = body or b""
        head = f"{method} {target} HTTP/1.1\r\n{self._head}{own}content-length: {len(content)}\r\n\r\n"
        seconds = self.config.request_timeout if isinstance(request_timeout, DefaultType) else request_timeout
        try:
            async with asyncio.timeout(seconds):
                return await self._ask(head.encode() + content)
        except TimeoutError as error:
            raise elastic_transport.ConnectionTimeout("no answer in time", errors=(error,)) from None
        except ssl.SSLError as error:
            raise elastic_transport.TlsError(str(error), errors=(error,)) from None
        except OSError as error:
            raise elastic_transport.ConnectionError(str(error), errors=(error,)) from None

    async def close(self) -> None:  # type: ignore[override]
        """Close all that nobody uses."""
        free, self._free = self._free, []
        for connection in free:
            connection.close()

    async def _ask(self, request: bytes) -> Answer:
        while True:
            connection = self._kept()
            is_new = connection is None
            connection = connection or await self._opened()
            try:
                status = await connection.ask(request)
            except BaseException as error:
                connection.close()
                # A host may close what was kept for long at the moment when it is used again.
                if is_new or connection.has_begun or not isinstance(error, ConnectionError):
                    raise
                continue
            if connection.stays_open:
                self._free.append(connection)
            else:
                connection.close()
            meta = ApiResponseMeta(
                status=status,
                http_version="1.1",
                headers=HttpHeaders(connection.headers),
                duration=0.0,
                node=self.config,
            )
            return Answer(meta, b"".join(connection.parts))

    def _kept(self) -> Connection | None:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed:
                return connection
        return None

    async def _opened(self) -> Connection:
        loop = asyncio.get_running_loop()
        context = self.config.ssl_context
        _, connection = await loop.create_connection(Connection, self.host, self.port, ssl=context)
        return connection

"""A search node behind TLS that asks for a name and a password.

The nodes of tests lack the plug-ins for either, so it is a proxy that does both, as in front of many clusters.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from servers.tls import copied

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REFUSAL = b'{"error":{"type":"security_exception","reason":"unable to authenticate the user"},"status":401}'
_REFUSED = (
    b"HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n\r\n%b" % (len(_REFUSAL), _REFUSAL)
)


@asynccontextmanager
async def guarded(made: Path, key: Path, port: int, credentials: tuple[str, str]) -> AsyncIterator[int]:
    """Take requests over TLS and hand those with the credentials on to a port of this machine; yield the proxy's own."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made, key)
    wanted = b"Basic " + base64.b64encode(":".join(credentials).encode())
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        answering = asyncio.create_task(copied(inner_reader, writer))
        serving.add(answering)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1])) if length else b""
                if wanted in head:
                    inner_writer.write(head + body)
                else:
                    writer.write(_REFUSED)
        inner_writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
    await asyncio.gather(*serving, return_exceptions=True)

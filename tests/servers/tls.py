"""TLS before a server that speaks none here: a tunnel, with a certificate of its own."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from servers.requirement import missing


def certificate(directory: Path, server: str) -> tuple[Path, Path]:
    """Make a certificate of 127.0.0.1 and its key; skip the test, or fail it, where that is not possible."""
    openssl = shutil.which("openssl")
    if openssl is None:
        missing(server, "no openssl to make a certificate for TLS")
    made, key = directory / "certificate.pem", directory / "key.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=films -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(  # noqa: S603 -- all of it is ours
        [openssl, *command.split(), "-keyout", key, "-out", made], check=True, capture_output=True
    )
    return made, key


@asynccontextmanager
async def tunnel(made: Path, key: Path, port: int) -> AsyncIterator[int]:
    """Take connections over TLS and hand them on to a port of this machine; yield the tunnel's own."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made, key)
    joined: list[asyncio.Task[None]] = []

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        joined.append(asyncio.create_task(copied(reader, inner_writer)))
        joined.append(asyncio.create_task(copied(inner_reader, writer)))

    server = await asyncio.start_server(join, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
    await asyncio.gather(*joined, return_exceptions=True)


async def copied(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Hand on what comes until it ends, and end what it goes to."""
    try:
        while some := await source.read(65536):
            target.write(some)
            await target.drain()
    finally:
        target.close()

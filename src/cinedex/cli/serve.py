"""`cinedex serve`: prepare the data, follow the catalogue, answer requests."""

import asyncio
import errno
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack
from multiprocessing.context import ForkContext, SpawnContext
from typing import Annotated, Any

import typer
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer

import cinedex.cli.worker  # noqa: F401 -- loaded here once, it is shared by the processes that are forked
from cinedex.cli.database import prepare
from cinedex.cli.following import FollowerProcess
from cinedex.foundation.draining import Draining
from cinedex.foundation.telemetry import GRANIAN
from cinedex.settings import PREFIX, Settings, read_settings
from cinedex.watching import clear_metrics

_FIRST_INDEX_SECONDS = 20
_PORT_SECONDS = 3.0
_LARGEST_HEAD_BYTES = 32 * 1024
_SLOWEST_HEAD_SECONDS = 10


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes answer requests.")] = None,
) -> None:
    """Migrate, load the sample films into a new catalogue, and serve until interrupted."""
    # The workers read the environment too, so what a flag says goes there.
    given = {"HOST": host, "PORT": port, "WORKERS": workers}
    os.environ.update({PREFIX + name: str(value) for name, value in given.items() if value is not None})
    settings = read_settings()
    for name, wanted in (("CINEDEX_PORT", settings.port), ("CINEDEX_METRICS_PORT", settings.metrics_port)):
        if not _port_is_free(settings.host, wanted):
            typer.echo(f"Port {wanted} of {settings.host} is in use; set {name} to another.", err=True)
            raise typer.Exit(1)
    draining = Draining(settings.draining_path)
    # What a service left that was killed says nothing of this one.
    draining.clear()
    clear_metrics(settings)
    asyncio.run(prepare(settings))
    context = _context()
    with ExitStack() as processes:
        if settings.follow or settings.search_url or settings.metrics_port:
            follower = processes.enter_context(FollowerProcess(context))
            # A first index takes a moment. A long build goes on while requests are answered from the database.
            follower.wait_until_ready(_FIRST_INDEX_SECONDS)
        _greet(settings)
        multiprocessing.set_start_method(context.get_start_method(), force=True)
        server = Granian(
            "cinedex.cli.worker:worker",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            workers=settings.workers,
            websockets=False,
            http1_settings=HTTP1Settings(
                header_read_timeout=_SLOWEST_HEAD_SECONDS * 1000, max_buffer_size=_LARGEST_HEAD_BYTES
            ),
            http2_settings=HTTP2Settings(max_headers_size=_LARGEST_HEAD_BYTES),
            respawn_failed_workers=True,
            respawn_interval=0.1,
            workers_kill_timeout=10,
            log_level=LogLevels.warning,
            log_dictconfig=GRANIAN,
            factory=True,
        )
        _drain_first(server, draining, settings.drain_seconds)
        server.serve()
    draining.clear()


def _drain_first(server: AbstractServer[Any], draining: Draining, seconds: int) -> None:
    """Have the server go on for so long after SIGTERM, while load balancers are told. Ctrl-C ends it at once."""

    def begin(*_: object) -> None:
        was_told = draining.is_on()
        draining.begin()
        if was_told or not seconds:
            server.signal_handler_interrupt()  # type: ignore[no-untyped-call]
            return
        timer = threading.Timer(seconds, server.signal_handler_interrupt)
        timer.daemon = True
        timer.start()

    # The server sets its own handlers just before it calls this.
    server.on_startup(lambda: signal.signal(signal.SIGTERM, begin))


def _context() -> ForkContext | SpawnContext:
    """Return how this process starts others: forked where that is safe, so that they share what is loaded here.

    No thread of this process does more than wait for another one.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    # What is frozen is not looked through for garbage, which would make each process its own copy of it.
    gc.collect()
    gc.freeze()
    return multiprocessing.get_context("fork")


def _port_is_free(host: str, port: int) -> bool:
    """Say whether the port can be listened on, after waiting a moment for a predecessor that is just ending."""
    deadline = time.monotonic() + _PORT_SECONDS
    while True:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.05)
            else:
                return True


def _greet(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    data = str(settings.data_dir.resolve())
    if settings.database_url:
        data = f"{settings.database_url}, and {data}"
    print(
        f"Cinedex is at {address}/\n"
        f"  the API:   {address}/api\n"
        f"  the data:  {data}\n"
        f"  an admin:  {sys.argv[0]} users create-admin NAME\n"
        "Ctrl-C stops it.",
        flush=True,
    )

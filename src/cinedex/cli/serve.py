"""`cinedex serve`: prepare the data, follow the catalogue, answer requests."""

import asyncio
import errno
import multiprocessing
import os
import socket
import sys
import threading
import time
from functools import partial
from typing import Annotated

import typer
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from cinedex.cli.builder import build
from cinedex.cli.database import prepare
from cinedex.foundation.child import run_in_child
from cinedex.services import build_services
from cinedex.settings import PREFIX, Settings, read_settings

_FIRST_INDEX_SECONDS = 20
_PORT_SECONDS = 3.0


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
    if not _port_is_free(settings):
        typer.echo(
            f"Port {settings.port} of {settings.host} is in use; set CINEDEX_PORT to another.", err=True
        )
        raise typer.Exit(1)
    asyncio.run(prepare(settings))
    with _Following(settings):
        _greet(settings)
        # Spawned, not forked: this process has threads.
        multiprocessing.set_start_method("spawn", force=True)
        Granian(
            "cinedex.cli.worker:worker",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            workers=settings.workers,
            websockets=False,
            respawn_failed_workers=True,
            respawn_interval=0.1,
            workers_kill_timeout=10,
            log_level=LogLevels.warning,
            factory=True,
        ).serve()


class _Following:
    """A thread of this process that keeps the index in step: the one writer, however many the workers."""

    def __init__(self, settings: Settings) -> None:
        self._services = build_services(settings)
        self._follower = self._services.follower(partial(run_in_child, build))
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()
        try:
            # A first index takes a moment. A long build goes on while requests are answered from the database.
            self._ready.wait(_FIRST_INDEX_SECONDS)
        except BaseException:
            # Ctrl-C ends a build as well.
            self._end()
            raise

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._follower.stop)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._follow())

    async def _follow(self) -> None:
        try:
            await self._follower.run(self._ready.set)
        finally:
            await self._services.close()


def _port_is_free(settings: Settings) -> bool:
    """Say whether the port can be listened on, after waiting a moment for a predecessor that is just ending."""
    deadline = time.monotonic() + _PORT_SECONDS
    while True:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, settings.port))
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
    print(
        f"Cinedex is at {address}/\n"
        f"  the API:   {address}/api\n"
        f"  the data:  {settings.data_dir.resolve()}\n"
        f"  an admin:  {sys.argv[0]} users create-admin NAME\n"
        "Ctrl-C stops it.",
        flush=True,
    )

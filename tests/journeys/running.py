"""The service as a user has it: `cinedex` in a process, and a process group, of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx

PASSWORD = "correct horse battery staple"
PATIENCE_SECONDS = 40
SEARCH = "/api/v1/search_movie"
SITE = ("CINEDEX_DATABASE_URL", "CINEDEX_SEARCH_URL", "CINEDEX_CACHE_URL")
"""Variables of this process that all commands are given: where the parts of the test's installation are."""


def environment(data_dir: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of a command: those of the test, and none of the person who runs it."""
    # Coverage follows into other processes by variables of its own.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in SITE or name.startswith(("COV", "PATH", "TMP"))
    }
    return kept | {"CINEDEX_DATA_DIR": str(data_dir)} | dict(settings or {})


def run(
    data_dir: Path, *arguments: str, typed: str = "", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-m", "cinedex", *arguments],
        env=environment(data_dir, settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process(NamedTuple):
    """A process, as the system lists it."""

    pid: int
    parent: int
    command: str


class Server:
    """A running `cinedex serve`; its output goes to a file in its data folder's parent."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None, port: int = 0) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._output = data_dir.parent / f"output-{self.port}.txt"
        given = {"CINEDEX_PORT": str(self.port), "CINEDEX_WORKERS": "1"} | dict(settings or {})
        with self._output.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cinedex", "serve"],
                env=environment(data_dir, given),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """All that it has printed."""
        return self._output.read_text()

    def processes(self) -> list[Process]:
        """Return its processes, the first one first."""
        listed = subprocess.run(
            ["ps", "-ww", "-e", "-o", "pgid=,pid=,ppid=,args="],  # noqa: S607 -- where it is differs
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        lines = [line.split(maxsplit=3) for line in listed.splitlines()]
        found = [
            Process(int(pid), int(parent), did)
            for group, pid, parent, did in lines
            if int(group) == self.process.pid
        ]
        return sorted(found)

    def wait_until_ready(self) -> None:
        """Wait until it answers requests; fail with its output when it ended instead."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.output
            try:
                httpx.get(self.address + SEARCH, timeout=5)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"not ready in time: {self.output}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, as a person or a supervisor does; return its exit code, when no process is left."""
        os.kill(self.process.pid, how)
        code = self.process.wait(PATIENCE_SECONDS)
        self.wait_until_gone()
        return code

    def kill(self, *, only_main: bool = False) -> None:
        """End it by `kill -9`: all its processes, or the first, which the others must follow."""
        if only_main:
            os.kill(self.process.pid, signal.SIGKILL)
        else:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)
        self.wait_until_gone()

    def wait_until_gone(self) -> None:
        """Wait until no process of its group is left."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)
        raise AssertionError(f"processes of {self.process.pid} are left: {self.output}")

    def clean_up(self) -> None:
        """End whatever of it still runs."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def search(self, text: str) -> list[dict[str, Any]]:
        """Return the films that a search finds."""
        answer = httpx.get(self.address + SEARCH, params={"name": text}, timeout=10)
        movies: list[dict[str, Any]] = answer.json().get("movies", [])
        return movies

    def wait_until_found(self, text: str, movie_id: int) -> None:
        """Wait until a search finds the film of this id."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if movie_id in [movie["id"] for movie in self.search(text)]:
                return
            time.sleep(0.01)
        raise AssertionError(f"{text} does not find {movie_id}: {self.search(text)}")

    def admin(self) -> dict[str, str]:
        """Make an admin by the command, and return the headers of their session."""
        made = run(self.data_dir, "users", "create-admin", "ida", typed=PASSWORD + "\n")
        assert made.returncode == 0, made.stderr
        given = {"username": "ida", "password": PASSWORD}
        answer = httpx.post(f"{self.address}/api/v1/login", json=given, timeout=20)
        return {"authorization": f"Bearer {answer.json()['token']}"}

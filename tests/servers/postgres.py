"""A PostgreSQL server for the tests of one worker: the binaries of a wheel, without root, on a free port."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from servers.requirement import missing

PASSWORD = "p@ss/word of the tests"
_QUOTED = "p%40ss%2Fword%20of%20the%20tests"
_PATIENCE_SECONDS = 30
# Nothing here has to survive a power cut; what was committed survives kill -9.
_FAST = ("fsync=off", "full_page_writes=off", "max_wal_size=256MB")

# Ends the server when the one that started it is gone, however that ended.
_GUARD = """
import os, signal, subprocess, sys
user = int(sys.argv[1]) if sys.argv[1] else None
server = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, user=user)
print(server.pid, flush=True)
sys.stdin.read()
for how in (signal.SIGCONT, signal.SIGINT):
    try:
        os.kill(server.pid, how)
    except ProcessLookupError:
        pass
try:
    server.wait(10)
except subprocess.TimeoutExpired:
    os.kill(server.pid, signal.SIGKILL)
"""


class PostgresServer:
    """A server with its files in a folder of its own; it can be stopped, paused, and started again."""

    def __init__(self, folder: Path, binaries: Path, user: int | None) -> None:
        self._folder = folder
        self.binaries = binaries
        self._user = user
        self.port = _free_port()
        self.pid = 0
        self._guard: subprocess.Popen[bytes] | None = None
        self._made = 0

    def url(self, database: str) -> str:
        """Return the address of a database, as the setting has it."""
        return f"postgresql://postgres:{_QUOTED}@127.0.0.1:{self.port}/{database}"

    def initialise(self) -> None:
        """Make the files of a new server."""
        password = self._folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            *("initdb", f"--pgdata={self._folder / 'data'}", "--username=postgres", "--auth=scram-sha-256"),
            *(f"--pwfile={password}", "--encoding=UTF8", "--locale=C", "--no-sync"),
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        given = (
            *_FAST,
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
            "max_connections=60",
        )
        settings = [f"--{setting}" for setting in given]
        server = [str(self.binaries / "postgres"), "-D", str(self._folder / "data")]
        with (self._folder / "log").open("ab") as log:
            self._guard = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-c", _GUARD, str(self._user or ""), *server, *settings],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd="/",
                # Ctrl-C reaches a whole group, and pytest is the one that it is meant for.
                start_new_session=True,
            )
        assert self._guard.stdout is not None
        self.pid = int(self._guard.stdout.readline())
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self.sql("SELECT 1")
            except subprocess.CalledProcessError as error:
                if time.monotonic() > deadline or self._guard.poll() is not None:
                    raise OSError((self._folder / "log").read_text()[-500:] or error.stderr) from error
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it at once, as a crash does for those who are connected; its data stay."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait(_PATIENCE_SECONDS)
            assert self._guard.stdout is not None
            self._guard.stdout.close()
            self._guard = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """End it, and start it again when the block ends."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def kill(self) -> None:
        """End it and all its processes by kill -9; its data stay."""
        for pid in (self.pid, *self._children()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the server and all its processes without ending them: connections are taken, nothing is answered."""
        family = [self.pid, *self._children()]
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Return what a statement answers, a row a line."""
        return self._run(
            *("psql", "--no-psqlrc", "-qtA", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"),
            *("-d", database, "-c", statement),
        ).strip()

    def create(self, template: str = "template0") -> str:
        """Make a database, a copy of `template`; return its name."""
        self._made += 1
        name = f"test_{self._made}_{secrets.token_hex(4)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _children(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def _run(self, program: str, *arguments: str) -> str:
        return subprocess.run(  # noqa: S603 -- our own program
            [str(self.binaries / program), *arguments],
            env={"PGPASSWORD": PASSWORD, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"},
            capture_output=True,
            text=True,
            check=True,
            user=self._user,
            cwd="/",
            timeout=_PATIENCE_SECONDS,
        ).stdout


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Run a server until the block ends; skips, or fails, where none can be started."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="cinedex-postgres-"))
    user = None
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and a folder of pytest's is closed to others.
        user = 65534
        os.chown(folder, user, -1)
    server = PostgresServer(folder, binaries, user)
    try:
        try:
            server.initialise()
            server.start()
        except (OSError, subprocess.SubprocessError) as error:
            missing("postgres", f"it cannot be started: {getattr(error, 'stderr', None) or error}")
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    pgserver = find_spec("pgserver")
    if pgserver is None or pgserver.origin is None:
        missing("postgres", "pgserver is not installed")
    return Path(pgserver.origin).parent / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

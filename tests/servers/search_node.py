"""A real search node for the tests of one run: started by the first that needs it, shared by all workers.

A keeper process starts the node and ends it when nobody is left: each worker holds a shared lock for as long as it
lives, however it ends, and the keeper waits for that lock. `python search_node.py RELEASE FOLDER` is the keeper.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TextIO

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers.requirement import missing
from servers.search_command import Ports, environment, node_command
from servers.search_home import RELEASES, CannotFetch, Release, locked, prepare

_START_SECONDS = 240
_PAUSE_SECONDS = 0.2

_held: list[TextIO] = []


class Node(msgspec.Struct, frozen=True):
    """A running node: where it answers, and where its files are. Or why there is none."""

    port: int = 0
    folder: str = ""
    reason: str = ""


@cache
def search_node(name: str, run_folder: Path) -> Node:
    """Return the node of a release, started if need be; skips or fails the test where there can be none."""
    release = RELEASES[name]
    folder = run_folder / "search-nodes" / name
    folder.mkdir(parents=True, exist_ok=True)
    # Kept open until this process ends, which is how the keeper knows.
    users = (folder / "users.lock").open("w")
    fcntl.flock(users, fcntl.LOCK_SH)
    _held.append(users)
    with locked(folder / "start.lock"):
        node = _told(folder) or _start(release, folder)
    if node.reason:
        missing(release.product, f"{release.name}: {node.reason}")
    return node


def _start(release: Release, folder: Path) -> Node:
    try:
        prepare(release)
    except (CannotFetch, OSError, subprocess.TimeoutExpired) as error:
        node = Node(reason=str(error))
        _tell(folder, node)
        return node
    subprocess.run([sys.executable, __file__, release.name, str(folder)], check=True)  # noqa: S603 -- this file
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if told := _told(folder):
            return told
        time.sleep(_PAUSE_SECONDS)
    return Node(reason=f"not ready within {_START_SECONDS} seconds")


def _told(folder: Path) -> Node | None:
    try:
        return msgspec.json.decode((folder / "node.json").read_bytes(), type=Node)
    except FileNotFoundError:
        return None


def _tell(folder: Path, node: Node) -> None:
    new = folder / "node.new"
    new.write_bytes(msgspec.json.encode(node))
    new.replace(folder / "node.json")


def keep(release: Release, folder: Path) -> None:
    """Run a node until no process holds the users' lock any more."""
    ports = Ports(_free_port(), _free_port())
    data = folder / "node"
    shutil.rmtree(data, ignore_errors=True)
    home = prepare(release)
    command = node_command(release, home, data, ports)
    with (folder / "node.out").open("w") as output, (folder / "users.lock").open("w") as users:
        node = subprocess.Popen(  # noqa: S603 -- what was fetched
            command,
            cwd=home.folder,
            env=environment(home, data),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            is_told = False
            while not _is_alone(users):
                if not is_told and _is_ready(ports.http):
                    _tell(folder, Node(ports.http, str(data)))
                    is_told = True
                if node.poll() is not None and not is_told:
                    _tell(folder, Node(reason=f"it ended with {node.returncode}; see node.out of the run"))
                    is_told = True
                time.sleep(_PAUSE_SECONDS)
        finally:
            # Told before the lock is let go: who comes now starts another one.
            (folder / "node.json").unlink(missing_ok=True)
            _end(node, data)
            shutil.rmtree(data, ignore_errors=True)


def _is_alone(users: TextIO) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_ready(port: int) -> bool:
    address = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=1s"
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end(node: subprocess.Popen[bytes], data: Path) -> None:
    """End a node whose data nobody wants: the process that was started, and the one it may have started."""
    pids = [node.pid]
    with suppress(FileNotFoundError, ValueError):
        pids.append(int((data / "node.pid").read_text()))
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    node.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _main() -> None:
    release, folder = RELEASES[sys.argv[1]], Path(sys.argv[2])
    # On its own, so that neither a Ctrl-C nor the end of the worker that started it ends it too soon.
    if os.fork():
        os._exit(0)
    os.setsid()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(quiet, stream)
    keep(release, folder)


if __name__ == "__main__":
    _main()

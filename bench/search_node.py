"""A search node to be measured: with the memory and the compiler that a server has."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from cluster import Process, wait_for
from journeys.running import free_port
from servers.search_command import AS_SERVED, Ports, environment, node_command
from servers.search_home import RELEASES, prepare

NAMES = tuple(RELEASES)
"""The releases of which a node can be started."""


@contextmanager
def running_node(name: str) -> Iterator[str]:
    """Start a node of a release, and yield the URL of an index in it; the node ends with the block."""
    release = RELEASES[name]
    home = prepare(release)
    with tempfile.TemporaryDirectory(prefix="cinedex-node-") as folder:
        # The node runs as another user.
        Path(folder).chmod(0o755)
        data = Path(folder) / "node"
        ports = Ports(free_port(), free_port())
        command = node_command(release, home, data, ports, java=AS_SERVED)
        process = Process(command, environment(home, data, AS_SERVED), Path(folder) / "node.log")
        try:
            wait_for(lambda: _answers(ports.http))
            yield f"{release.product}://127.0.0.1:{ports.http}/bench"
        finally:
            process.kill()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/_cluster/health", timeout=5).is_success
    except httpx.TransportError:
        return False

"""A whole installation on this machine: PostgreSQL, three search nodes, Redis, two nodes, two followers, HAProxy."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from journeys.running import PASSWORD, Server, environment, free_port, run
from servers.postgres import PostgresServer, running_postgres
from servers.redis import RedisServer, redis_server
from servers.search_command import Ports, node_command
from servers.search_command import environment as node_environment
from servers.search_home import Release, prepare

SEARCH_NODES = 3
_FIRST_NODES = {
    "opensearch": "cluster.initial_cluster_manager_nodes",
    "elasticsearch": "cluster.initial_master_nodes",
}
_PATIENCE_SECONDS = 120
_HAPROXY = Path(__file__).parents[1] / "deploy" / "haproxy.cfg"


class Process:
    """A process with what it started: killed, and started again with the same command."""

    def __init__(self, command: Sequence[str], given: Mapping[str, str], output: Path) -> None:
        self._command = command
        self._given = given
        self._output = output
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it."""
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 -- our own commands
                self._command, env=self._given, stdout=output, stderr=output, start_new_session=True
            )

    def kill(self) -> None:
        """End it and all that it started, by kill -9."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class SearchNode(NamedTuple):
    """A node of the search cluster, of which product it is, and where it answers."""

    product: str
    port: int
    process: Process


class Cluster:
    """The parts of an installation, each to be killed and started again.

    Without search nodes each node keeps an index of its own, and there are no followers apart.
    """

    def __init__(
        self, folder: Path, postgres: PostgresServer, redis: RedisServer, search: Sequence[SearchNode]
    ) -> None:
        self.postgres, self.redis, self.search = postgres, redis, search
        self._settings = {
            "CINEDEX_DATABASE_URL": postgres.url(postgres.create()),
            "CINEDEX_CACHE_URL": redis.url,
            "CINEDEX_SECRET": "a secret that all nodes of a trial share",
            "CINEDEX_ACCESS_TOKEN_SECONDS": "86400",
            "CINEDEX_SAMPLE": "off",
        }
        if search:
            hosts = ",".join(f"127.0.0.1:{node.port}" for node in search)
            url = f"{search[0].product}://{hosts}"
            self._settings |= {"CINEDEX_SEARCH_URL": url, "CINEDEX_FOLLOW": "off"}
        self._folder = folder
        self._ports = [free_port(), free_port()]
        self.nodes = [self._node(at) for at in range(2)]
        for node in self.nodes:
            node.wait_until_ready()
        self.followers = [self._follower(at) for at in range(2)] if search else []
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._balancer = Process(
            [shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", str(_HAPROXY)],
            {
                "CINEDEX_BIND": f"127.0.0.1:{port}",
                "CINEDEX_NODE1": f"127.0.0.1:{self._ports[0]}",
                "CINEDEX_NODE2": f"127.0.0.1:{self._ports[1]}",
            },
            folder / "haproxy.log",
        )
        self.token = self._admin()

    def restart_node(self, at: int) -> None:
        """Start a node again that was killed."""
        self.nodes[at] = self._node(at)

    def wait_until_whole(self) -> None:
        """Wait until both nodes say that they are ready, with nothing degraded, and the search cluster is green."""
        wait_for(lambda: all(_says(f"{node.address}/health/ready", "ready") for node in self.nodes))
        if self.search:
            wait_for(lambda: any(_is_green(node.port) for node in self.search))

    def command(self, *arguments: str, folder: str = "command") -> subprocess.CompletedProcess[str]:
        """Run one of the program's commands to its end, with a data folder of its own or a node's."""
        return run(self._folder / folder, *arguments, typed=PASSWORD + "\n", settings=self._settings)

    def verified(self) -> list[str]:
        """Compare the index with the database, or each node's own; return what differs, empty when nothing does."""
        names = ["command"] if self.search else [f"node{at}" for at in range(len(self.nodes))]
        results = [self.command("index", "verify", folder=name) for name in names]
        return [one.stdout.strip() or one.stderr.strip() for one in results if one.returncode]

    def end(self) -> None:
        """End what was started here."""
        self._balancer.kill()
        for follower in self.followers:
            follower.kill()
        for node in self.nodes:
            node.clean_up()

    def _node(self, at: int) -> Server:
        return Server(self._folder / f"node{at}", self._settings | {"CINEDEX_WORKERS": "2"}, self._ports[at])

    def _follower(self, at: int) -> Process:
        given = environment(self._folder / f"follower{at}", self._settings)
        return Process(
            [sys.executable, "-m", "cinedex", "index", "follow"], given, self._folder / f"follower{at}.log"
        )

    def _admin(self) -> str:
        made = self.command("users", "create-admin", "ida")
        if made.returncode:
            raise SystemExit(made.stderr)
        answer = httpx.post(
            f"{self.nodes[0].address}/api/v1/login", json={"username": "ida", "password": PASSWORD}
        )
        token: str = answer.raise_for_status().json()["token"]
        return token


@contextmanager
def running_cluster(folder: Path, release: Release | None) -> Iterator[Cluster]:
    """Start everything, with search nodes of a release or without any, and end it with the block."""
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        redis = stack.enter_context(redis_server(folder))
        search = _search_nodes(folder, release) if release else []
        for node in search:
            stack.callback(node.process.kill)
        if search:
            wait_for(lambda: any(_is_green(node.port) for node in search))
        cluster = Cluster(folder, postgres, redis, search)
        stack.callback(cluster.end)
        yield cluster


def joining(release: Release, ports: Mapping[str, Ports]) -> dict[str, str]:
    """Return the settings by which the nodes of these names and ports become one cluster."""
    return {
        "discovery.seed_hosts": ",".join(f"127.0.0.1:{one.transport}" for one in ports.values()),
        _FIRST_NODES[release.product]: ",".join(ports),
    }


def _search_nodes(folder: Path, release: Release) -> list[SearchNode]:
    home = prepare(release)
    ports = {f"n{at}": Ports(free_port(), free_port()) for at in range(SEARCH_NODES)}
    joined = joining(release, ports)
    nodes = []
    for name, own in ports.items():
        data = folder / name
        command = node_command(release, home, data, own, joined | {"node.name": name})
        process = Process(command, node_environment(home, data), folder / f"{name}.log")
        nodes.append(SearchNode(release.product, own.http, process))
    return nodes


def wait_for(is_so: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> float:
    """Wait until something is so, and return how many seconds that took; ends the program when it never is."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            raise SystemExit(f"waited in vain for {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - started


def _says(address: str, status: str) -> bool:
    try:
        answer = httpx.get(address, timeout=5)
    except httpx.TransportError:
        return False
    told: str = answer.json().get("status", "")
    return answer.status_code == httpx.codes.OK and told == status


def _is_green(port: int) -> bool:
    try:
        health = httpx.get(f"http://127.0.0.1:{port}/_cluster/health", timeout=5).json()
    except (httpx.TransportError, ValueError):
        return False
    return bool(health.get("status") == "green" and health.get("number_of_nodes") == SEARCH_NODES)

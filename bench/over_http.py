"""Requests a second over HTTP, beside a handler that does nothing on the same server.

The load comes from wrk (https://github.com/wg/wrk; `apt-get install wrk`, `brew install wrk`).
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote_plus

import httpx

from catalogue import unique_texts

WORKERS, CONNECTIONS, SECONDS = 2, 16, 8
UNIQUE, REPEATED = 200_000, 20
SEARCH = "/api/v1/search_movie?name="

SCRIPT = """
local paths, at = {}, 0
for line in io.lines("%s") do paths[#paths + 1] = line end
request = function() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
"""


def run(data_dir: Path, films: Path) -> None:
    """Print requests a second for unique and repeated queries, their share of the empty handler's, and memory."""
    if shutil.which("wrk") is None:
        print("\nHTTP: not measured, since wrk is not installed (apt-get install wrk, brew install wrk)")
        return
    texts = unique_texts(films, UNIQUE)
    here = Path(__file__).parent
    with _server(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asgi",
            "--no-ws",
            "--workers",
            str(WORKERS),
            "--working-dir",
            str(here),
            "--log-level",
            "error",
            "empty:app",
        ],
        "GRANIAN_PORT",
        {},
    ) as (port, _):
        floor = _load(port, ["/"])
    serve = [sys.executable, "-m", "cinedex", "serve"]
    given = {"CINEDEX_DATA_DIR": str(data_dir), "CINEDEX_WORKERS": str(WORKERS)}
    with _server(serve, "CINEDEX_PORT", given) as (port, group):
        unique = _load(port, [SEARCH + quote_plus(text) for text in texts])
        repeated = _load(port, [SEARCH + quote_plus(text) for text in texts[:REPEATED]])
        memory = _memory_megabytes(group)
    print(f"\nHTTP, {WORKERS} workers, {CONNECTIONS} connections   requests/s    p50 ms    p99 ms   of empty")
    for name, (rate, half, most) in {
        "empty handler": floor,
        "unique queries": unique,
        "repeated queries": repeated,
    }.items():
        print(f"{name:<35} {rate:>10.0f} {half:>9} {most:>9} {rate / floor[0]:>9.0%}")
    if memory:
        print(f"memory of workers and writer (PSS): {memory:.0f} MB")


@contextmanager
def _server(command: Sequence[str], port_name: str, given: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Run a server and yield its port and process group."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | given | {port_name: str(port)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 -- our own servers
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}{SEARCH}jaws")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _load(port: int, paths: Sequence[str]) -> tuple[float, str, str]:
    """Return requests a second and the latencies that 50 and 99 of 100 requests stay under."""
    with TemporaryDirectory() as folder:
        listed, script = Path(folder, "paths"), Path(folder, "unique.lua")
        listed.write_text("\n".join(paths))
        script.write_text(SCRIPT % listed)
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{SECONDS}s",
            "--latency",
            "-s",
            str(script),
            f"http://127.0.0.1:{port}",
        ]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- wrk
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    half, most = re.search(r"50%\s+(\S+)", printed), re.search(r"99%\s+(\S+)", printed)
    if not rate or not half or not most:
        raise SystemExit(printed)
    return float(rate[1]), half[1], most[1]


def _memory_megabytes(group: int) -> float:
    """Return the proportional memory of all processes of a group, 0 where the system does not tell."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                pss = re.search(r"^Pss:\s+(\d+)", (folder / "smaps_rollup").read_text(), re.MULTILINE)
                total += int(pss[1]) if pss else 0
        except OSError:
            continue
    return total / 1000

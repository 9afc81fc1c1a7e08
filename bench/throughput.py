"""Requests a second over HTTP: searches all different, the same search from the cache, and an empty handler."""

import asyncio
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlsplit

from bench.ground import (
    SEARCH,
    WORKERS,
    Ground,
    free_port,
    prefix,
    running,
    say,
    serving,
    show,
    slip,
    wait_for,
)

CONNECTIONS = 16
SECONDS = 8
_UNIQUE = Path(__file__).with_name("unique.lua")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_NOT_FOUND_SHARE = 0.02
_PROCESS_FIELDS = re.compile(r"\d+ \(.*\) \S \d+ (?P<group>\d+) ", re.DOTALL)


def measure(ground: Ground) -> None:
    """Print requests a second, each beside what an empty handler reaches, and the memory they took."""
    client = "wrk" if shutil.which("wrk") else "a small asyncio client"
    if client != "wrk":
        say("\nwrk is not installed (apt-get install wrk, or brew install wrk): the client below is slower")
        say(
            "than the server, so its figures are no measure of the server, and only their ratios tell anything."
        )
    paths = _paths(ground)
    with serving(ground.data_dir) as (address, process_id):
        different = _load(address, paths, ground.data_dir)
        memory = _memory(process_id)
        cached = _load(address, paths[:1], ground.data_dir)
    port = free_port()
    with running([sys.executable, "-m", "bench.empty", str(port), str(WORKERS)], {}) as process:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process)
        empty = _load(address, ["/"], ground.data_dir)
    rows = [
        [name, f"{rate:,.0f}", f"{rate / empty:.2f}"]
        for name, rate in (
            ("different searches", different),
            ("one search, cached", cached),
            ("empty handler", empty),
        )
    ]
    title = f"\nHTTP by {client}, {CONNECTIONS} connections, {WORKERS} workers"
    show(title, ["what", "requests/s", "of empty"], rows)
    if memory:
        say(f"memory (PSS): {memory}")


def _paths(ground: Ground) -> list[str]:
    """Return a search for each film: by its name, by the beginning of it, or with a slip in it."""
    names = [film.name for film in ground.films]
    texts = dict.fromkeys([*names[::3], *map(prefix, names[1::3]), *map(slip, names[2::3])])
    return [f"{SEARCH}?name={quote(text)}" for text in texts if text.strip()]


def _load(address: str, paths: Sequence[str], folder: Path) -> float:
    if not shutil.which("wrk"):
        return asyncio.run(_load_by_asyncio(address, paths))
    command = ["wrk", f"-t{WORKERS}", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    if len(paths) == 1:
        command.append(address + paths[0])
    else:
        listed = folder / "paths.txt"
        listed.write_text("\n".join(paths) + "\n")
        command += ["-s", str(_UNIQUE), address, "--", str(listed), str(WORKERS)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    rate = _RATE.search(output)
    if rate is None:
        raise RuntimeError(output)
    failed = _FAILED.search(output)
    # A slip may leave nothing to be found; more than a few would mean that something else is measured.
    if failed and int(failed[1]) > _NOT_FOUND_SHARE * float(rate[1]) * SECONDS:
        raise RuntimeError(output)
    return float(rate[1])


async def _load_by_asyncio(address: str, paths: Sequence[str]) -> float:
    host, port = urlsplit(address).hostname, urlsplit(address).port
    rest = cycle(paths)
    done = 0
    deadline = time.monotonic() + SECONDS

    async def ask_on() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection(host, port)
        while time.monotonic() < deadline:
            writer.write(f"GET {next(rest)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
            done += 1
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(ask_on() for _ in range(CONNECTIONS)))
    return done / SECONDS


def _memory(group: int) -> str:
    """Return the memory of the writer and the workers, shared pages counted in parts; empty where not told."""
    sizes: dict[str, list[float]] = {"writer": [], "workers": []}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = _PROCESS_FIELDS.match((process / "stat").read_text())
            if fields is None or int(fields["group"]) != group:
                continue
            # Python's own helper process is neither.
            if b"resource_tracker" in (process / "cmdline").read_bytes():
                continue
            told = re.search(r"^Pss:\s+(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        name = "writer" if process.name == str(group) else "workers"
        sizes[name].append(int(told[1]) / 1024 if told else 0.0)
    parts = [f"{name} {' + '.join(f'{one:.0f}' for one in each)} MB" for name, each in sizes.items() if each]
    return ", ".join(parts)

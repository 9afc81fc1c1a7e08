"""What the measurements share: films, queries, a prepared catalogue, a running server, and small tables."""

import asyncio
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from cinedex.app import Services, build_services
from cinedex.foundation import migrations
from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.settings import Settings

WORKERS = 2
BATCH = 2000
KEPT_BACK = 50
ADMIN = {"username": "bench", "password": "correct horse battery staple"}
SEARCH = "/api/v1/search_movie"

_SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
_console = Console(width=100)


class Ground(NamedTuple):
    """A catalogue with its index, and the films that were kept back to be added later."""

    data_dir: Path
    films: list[NewMovie]
    kept_back: list[NewMovie]
    load_seconds: float
    build_seconds: float
    index_megabytes: float


def films_file(given: Path | None = None) -> Path:
    """Return the file of films to measure with: the one given, the large one if there, or the sample."""
    large = _SHARED / "data" / "movies.ndjson.gz"
    return given or (large if large.exists() else SAMPLE)


def queries(films: Sequence[NewMovie], given: Path | None = None) -> dict[str, list[str]]:
    """Return queries by kind: those of a file, or made from the films' own names."""
    file = given or _SHARED / "eval" / "dev.ndjson"
    if not file.exists():
        some = [film.name for film in films[:: max(1, len(films) // 500)]]
        return {"whole": some, "prefix": list(map(prefix, some)), "one slip": list(map(slip, some))}
    by_kind: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        query = json.loads(line)
        by_kind.setdefault(query["kind"], []).append(query["query"])
    return by_kind


def prefix(name: str) -> str:
    """Return the first two thirds of a name."""
    return name[: max(1, len(name) * 2 // 3)]


def slip(name: str) -> str:
    """Return a name with two neighbouring letters changed about."""
    at = len(name) // 2
    return name[: at - 1] + name[at : at + 1] + name[at - 1 : at] + name[at + 1 :]


def prepare(data_dir: Path, file: Path) -> Ground:
    """Load the films of a file into a new data folder, and build the index."""
    with MovieFile(file) as opened:
        films = [entry for entry in opened if isinstance(entry, NewMovie)]
    # A film to be added by the call needs a director and a rating, and no genre that was kept back with it.
    addable = [film for film in films if film.director and film.imdb_score is not None]
    kept_back = addable[-KEPT_BACK:]
    keys = {film.identity_key for film in kept_back}
    loaded = [film for film in films if film.identity_key not in keys]
    return asyncio.run(_prepare(data_dir, loaded, kept_back))


async def _prepare(data_dir: Path, films: list[NewMovie], kept_back: list[NewMovie]) -> Ground:
    services: Services = build_services(Settings(data_dir=data_dir))
    await migrations.upgrade(services.database)
    started = time.perf_counter()
    rest = iter(films)
    while batch := list(islice(rest, BATCH)):
        await services.movies.load(batch)
    loaded = time.perf_counter()
    await services.rebuilder.rebuild()
    built = time.perf_counter()
    await services.accounts.create_admin(**ADMIN)
    await services.close()
    size = sum(file.stat().st_size for file in (data_dir / "index").rglob("*") if file.is_file())
    return Ground(data_dir, films, kept_back, loaded - started, built - loaded, size / 1e6)


@contextmanager
def serving(data_dir: Path) -> Iterator[tuple[str, int]]:
    """Run `cinedex serve`; yield its address and the id of its first process."""
    port = free_port()
    settings = {"CINEDEX_DATA_DIR": data_dir, "CINEDEX_PORT": port, "CINEDEX_WORKERS": WORKERS}
    command = [sys.executable, "-m", "cinedex", "serve"]
    with running(command, {name: str(value) for name, value in settings.items()}) as process:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}{SEARCH}?name=a", process)
        yield address, process.pid


@contextmanager
def running(command: Sequence[str], settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a process group of its own until the block ends."""
    process = subprocess.Popen(  # noqa: S603 -- our own programs
        command, env=os.environ | settings, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a URL answers."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 -- our own address
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers at {url}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def milliseconds(seconds: Sequence[float]) -> list[str]:
    """Return the 50th, 95th and 99th percentile in milliseconds."""
    return [f"{value * 1e3:.2f}" for value in np.percentile(seconds, [50, 95, 99])]


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a small table."""
    table = Table(*columns[:1], title=title, title_justify="left", box=None)
    for column in columns[1:]:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*row)
    _console.print(table)


def say(line: str) -> None:
    """Print a line."""
    _console.print(line, highlight=False)


def say_machine() -> None:
    """Print what it was measured on."""
    say(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")

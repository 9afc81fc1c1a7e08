"""Requests a second over HTTP beside a handler that does nothing on the same server, and the memory of it all."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote_plus

import msgspec

import process
import wrk
from cinedex.movies.models import NewMovie
from figures import Report, Table, at_least, at_most
from queries import unique_texts
from targets import targets_for

WORKERS = 2
SEARCH = "/api/v1/search_movie?name="
_UNIQUE, _REPEATED = 200_000, 20
_EMPTY = f"-m granian --interface asgi --no-ws --workers {WORKERS} --log-level error empty:app --working-dir".split()


class Served(msgspec.Struct, frozen=True):
    """What wrk measured, and the memory of the workers and the writer after it, where the system tells."""

    floor: wrk.Load
    unique: wrk.Load
    cached: wrk.Load
    megabytes: float | None


def measure(data_dir: Path, films: Sequence[NewMovie]) -> Served | None:
    """Measure the empty handler, unique queries and repeated ones; None without wrk."""
    if not wrk.is_installed():
        return None
    paths = [SEARCH + quote_plus(text) for text in unique_texts(films, _UNIQUE)]
    here = str(Path(__file__).parent)
    with process.server([sys.executable, *_EMPTY, here], "GRANIAN_PORT", {}) as (port, _):
        floor = wrk.load(port, ["/"])
    with cinedex(data_dir) as (port, group):
        unique = wrk.load(port, paths)
        cached = wrk.load(port, paths[:_REPEATED])
        return Served(floor, unique, cached, process.shared_megabytes(group))


@contextmanager
def cinedex(data_dir: Path) -> Iterator[tuple[int, int]]:
    """Serve a data folder; yield port and process group."""
    given = {"CINEDEX_DATA_DIR": str(data_dir), "CINEDEX_WORKERS": str(WORKERS)}
    with process.server([sys.executable, "-m", "cinedex", "serve"], "CINEDEX_PORT", given) as served:
        yield served


def report(served: Served | None, films: int) -> Report:
    """Return the requests a second, as shares of the empty handler's too, and the memory."""
    title = f"HTTP, {WORKERS} workers, {wrk.CONNECTIONS} connections"
    header = (title, "requests/s", "p50 ms", "p99 ms", "not 200", "of empty")
    if served is None:
        return Report(
            [Table(header, [], "Not measured: wrk is not installed (apt-get or brew install wrk).")]
        )
    named = {
        "empty handler": served.floor,
        "unique queries": served.unique,
        "repeated queries, from the cache": served.cached,
    }
    share = {name: 100 * load.rate / served.floor.rate for name, load in named.items()}
    rows = [
        (
            name,
            f"{load.rate:,.0f}",
            f"{load.p50:.2f}",
            f"{load.p99:.1f}",
            f"{load.not_ok:.1%}",
            f"{share[name]:.1f} %",
        )
        for name, load in named.items()
    ]
    targets = targets_for(films)
    _, unique, cached = share.values()
    checks = [
        at_least("HTTP, unique queries, of empty", unique, targets.http_unique_percent, " %"),
        at_least("HTTP, cached, of empty", cached, targets.http_cached_percent, " %"),
    ]
    if served.megabytes:
        name = f"memory (PSS), {WORKERS} workers and the writer"
        checks.append(at_most(name, served.megabytes, targets.memory_megabytes, " MB"))
    return Report([Table(header, rows)], checks)

"""Each part of an installation is killed in turn while callers go on: `make reliability`.

Written down are how calls were answered, how long nobody was answered well, and how long it took until a film added
after the kill was found; and at the end, whether anything answered was lost.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import msgspec

import page
from callers import NO_ANSWER, Answer, Callers, longest_gap, statuses
from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cluster import Cluster, running_cluster
from corpus import default_films
from figures import Report, Table
from servers.search_home import RELEASES, Release

TIMES = 5
_BEFORE_SECONDS, _DOWN_SECONDS, _AFTER_SECONDS = 1.0, 3.0, 1.0
_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 120

Fault = Callable[[Cluster, int], Coroutine[Any, Any, None]]
"""Kills a part, for the n-th time, waits, and starts it again."""


class Trial(msgspec.Struct, frozen=True):
    """One kill: what callers saw of it, and how many seconds it took until a film added after it was found."""

    part: str
    answers: Sequence[Answer]
    search_gap: float
    write_gap: float
    found_after: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/reliability.py", description=__doc__)
    parser.add_argument("--times", type=int, default=TIMES, help="how often each part is killed")
    parser.add_argument("--part", action="append", choices=FAULTS, help="one part only, or several")
    index = parser.add_mutually_exclusive_group()
    index.add_argument(
        "--search-nodes", choices=RELEASES, default="opensearch3", help="of what the search cluster is"
    )
    index.add_argument("--replicas", action="store_true", help="an index on each node, no search cluster")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write its reliability.md")
    given = parser.parse_args()
    release = None if given.replicas else RELEASES[given.search_nodes]
    with tempfile.TemporaryDirectory(prefix="cinedex-reliability-") as folder:
        # The search nodes run as another user.
        Path(folder).chmod(0o755)
        with running_cluster(Path(folder), release) as cluster:
            parts = given.part or [part for part in FAULTS if release or part not in _OF_A_SEARCH_CLUSTER]
            trials, lost = asyncio.run(_try(cluster, parts, given.times))
            differences = cluster.verified()
    text = page.render([report(trials, lost, differences)])
    told = f"{_heading(release)}\n\n{text}"
    print(told)
    if given.write:
        page.write(given.write / "reliability.md", part_of(release), told)
    if lost or differences or any(not _is_promised(one) for trial in trials for one in trial.answers):
        sys.exit(1)


def part_of(release: Release | None) -> str:
    """Return the part of the page for an installation with search nodes of a release, or without any."""
    return release.product if release else "replicas"


def _heading(release: Release | None) -> str:
    part = part_of(release)
    command = "make reliability" if part == "opensearch" else f"make reliability.{part}"
    searched = f", {release.product} {release.version}" if release else ""
    return f"`{command}`{searched}, {time.strftime('%Y-%m-%d', time.gmtime())}, {page.machine()}."


async def _kill_node(cluster: Cluster, number: int) -> None:
    at = number % 2
    await asyncio.to_thread(cluster.nodes[at].kill)
    await asyncio.sleep(_DOWN_SECONDS)
    await asyncio.to_thread(cluster.restart_node, at)


async def _kill_follower(cluster: Cluster, number: int) -> None:
    # Which one leads is not known: by turns each of them is killed, and so the one that does.
    follower = cluster.followers[number % 2]
    follower.kill()
    await asyncio.sleep(_DOWN_SECONDS)
    follower.start()


async def _kill_search_node(cluster: Cluster, number: int) -> None:
    node = cluster.search[number % len(cluster.search)].process
    node.kill()
    await asyncio.sleep(_DOWN_SECONDS)
    node.start()


async def _kill_redis(cluster: Cluster, _number: int) -> None:
    await asyncio.to_thread(cluster.redis.stop)
    await asyncio.sleep(_DOWN_SECONDS)
    await asyncio.to_thread(cluster.redis.start)


async def _kill_postgres(cluster: Cluster, _number: int) -> None:
    await asyncio.to_thread(cluster.postgres.kill)
    await asyncio.sleep(_DOWN_SECONDS)
    await asyncio.to_thread(cluster.postgres.start)


FAULTS: dict[str, Fault] = {
    "a node": _kill_node,
    "a follower": _kill_follower,
    "one search node of three": _kill_search_node,
    "Redis": _kill_redis,
    "PostgreSQL": _kill_postgres,
}


_OF_A_SEARCH_CLUSTER = ("a follower", "one search node of three")


async def _try(cluster: Cluster, parts: Sequence[str], times: int) -> tuple[list[Trial], int]:
    """Return what became of each kill, and how many answered films are not as they were sent."""
    callers = Callers(cluster.address, cluster.token, _searches(), _films())
    calling = asyncio.create_task(callers.run())
    trials = []
    try:
        for part in parts:
            for number in range(times):
                await asyncio.to_thread(cluster.wait_until_whole)
                trials.append(await _trial(cluster, callers, part, number))
                print(f"{part}, {number + 1}: {dict(statuses(trials[-1].answers))}", flush=True)
        await asyncio.to_thread(cluster.wait_until_whole)
    finally:
        callers.end()
        await calling
    async with httpx.AsyncClient(base_url=cluster.address, timeout=20) as client:
        lost = 0
        for movie_id, film in callers.added.items():
            movie = (await client.get(f"/api/v1/movies/{movie_id}")).json()
            lost += any(movie.get(name) != film[name] for name in ("name", "director", "imdb_score"))
    return trials, lost


async def _trial(cluster: Cluster, callers: Callers, part: str, number: int) -> Trial:
    await asyncio.sleep(_BEFORE_SECONDS)
    begin = time.monotonic()
    seen = len(callers.answers)
    killing = asyncio.create_task(FAULTS[part](cluster, number))
    found_after = await _seconds_until_found(callers, begin)
    await killing
    await asyncio.sleep(_AFTER_SECONDS)
    end = time.monotonic()
    answers = callers.answers[seen:]
    searches = [one for one in answers if not one.is_write]
    writes = [one for one in answers if one.is_write]
    return Trial(
        part, answers, longest_gap(searches, begin, end), longest_gap(writes, begin, end), found_after
    )


async def _seconds_until_found(callers: Callers, begin: float) -> float:
    """Return how long after `begin` a film is found whose adding was answered later than that."""
    known = set(callers.added)
    async with httpx.AsyncClient(base_url=callers.address, timeout=20) as client:
        while time.monotonic() < begin + _PATIENCE_SECONDS:
            for movie_id in [one for one in callers.added if one not in known][:1]:
                film = callers.added[movie_id]
                asked: dict[str, str | int] = {"name": f"{film['name']} {film['director']}", "limit": 50}
                try:
                    movies = (await client.get("/api/v1/search_movie", params=asked)).json().get("movies", [])
                except httpx.TransportError:
                    movies = []
                if movie_id in [movie["id"] for movie in movies]:
                    return time.monotonic() - begin
            await asyncio.sleep(_LOOK_SECONDS)
    raise SystemExit(f"no film added after the kill was found within {_PATIENCE_SECONDS} s")


def report(trials: Sequence[Trial], lost: int, differences: Sequence[str]) -> Report:
    """Return the table of all trials."""
    rows = []
    for part in dict.fromkeys(trial.part for trial in trials):
        of_it = [trial for trial in trials if trial.part == part]
        answers = [one for trial in of_it for one in trial.answers]
        refused = Counter(
            {
                how: count
                for how, count in statuses(answers).items()
                if how[:3] not in {"200", "201", "404", "409"}
            }
        )
        told = ", ".join(f"{count} × {how}" for how, count in refused.most_common()) or "none"
        longest = [
            max(values)
            for values in zip(
                *((one.search_gap, one.write_gap, one.found_after) for one in of_it), strict=True
            )
        ]
        rows.append(
            (part, str(len(of_it)), f"{len(answers):,}", told, *(f"{value:.1f}" for value in longest))
        )
    header = (
        *("killed", "times", "calls", "refused"),
        *("longest without a search, s", "without a write, s", "until a new film is found, s"),
    )
    at_the_end = "; ".join(differences) or "the index holds exactly what the database holds"
    caption = f"Answered films that were lost: {lost}. At the end: {at_the_end}."
    return Report([Table(header, rows, caption)])


def _is_promised(answer: Answer) -> bool:
    # On a connection that was kept open, HAProxy ends a write whose node died as that node did: without an answer.
    is_unanswered_write = answer.is_write and answer.status == NO_ANSWER
    return answer.is_good or is_unanswered_write or answer.status == httpx.codes.SERVICE_UNAVAILABLE


def _films() -> Iterator[dict[str, Any]]:
    with MovieFile(default_films()) as file:
        for film in file:
            if isinstance(film, NewMovie):
                fields = {"name": film.name, "director": film.director or "Unknown", "year": film.year}
                yield fields | {"imdb_score": film.imdb_score or 5.0}


def _searches() -> list[str]:
    return [film["name"][:12] for film in islice(_films(), 0, 1000, 7)]


if __name__ == "__main__":
    os.environ.pop("CINEDEX_DATA_DIR", None)
    main()

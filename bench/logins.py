"""Searches while two hundred people log in at once, and whether a failed login tells who has an account.

`python bench/logins.py`; the figures are in docs/security.md.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote_plus

import httpx
import msgspec

import catalogue
import known_names
import over_http
from cinedex.movies.models import NewMovie
from cinedex.services import build_services
from cinedex.settings import Settings
from corpus import default_films, read_corpus
from figures import PERCENTILES, Report, Table, milliseconds
from page import render
from queries import unique_texts

PEOPLE, SECONDS, PAUSE = 200, 20.0, 0.005
_USERNAME, _PASSWORD = "ida", "correct horse"


class Measured(msgspec.Struct, frozen=True):
    """How long searches took, in seconds, without logins and with them, and how many of these were answered how."""

    films: int
    calm: list[float]
    stormy: list[float]
    answered: Counter[int]


def main() -> None:
    corpus = read_corpus(default_films())
    with catalogue.data_folder() as data_dir:
        catalogue.fill(data_dir, corpus.films)
        measured = measure(data_dir, corpus.films)
        told = known_names.measure(data_dir)
    print(render([report(measured), known_names.report(told)]))


def measure(
    data_dir: Path, films: Sequence[NewMovie], people: int = PEOPLE, seconds: float = SECONDS
) -> Measured:
    """Search for so many seconds without logins, and for as many while so many people log in over and over."""
    asyncio.run(_register(data_dir))
    paths = [over_http.SEARCH + quote_plus(text) for text in unique_texts(films, 100_000)]
    half = len(paths) // 2
    with (
        over_http.cinedex(data_dir) as (port, _),
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as others,
    ):
        calm = asyncio.run(_search(port, paths[:half], seconds))
        storm = others.submit(storm_of_logins, port, people, seconds)
        stormy = asyncio.run(_search(port, paths[half:], seconds))
        return Measured(len(films), calm, stormy, storm.result())


def report(measured: Measured) -> Report:
    """Return how long searches took, and how many logins were answered how."""
    named = {"without logins": measured.calm, "while people log in": measured.stormy}
    rows = [(name, f"{len(times):,}", *milliseconds(times)) for name, times in named.items()]
    caption = f"One search after another, {over_http.WORKERS} workers, {measured.films:,} films:"
    searches = Table(("search over HTTP, ms", "searches", *PERCENTILES), rows, caption)
    logins = [(str(status), f"{count:,}") for status, count in sorted(measured.answered.items())]
    return Report([searches, Table(("logins answered", "times"), logins)])


def storm_of_logins(port: int, people: int, seconds: float) -> Counter[int]:
    """Have so many people log in over and over; return how many were answered with each status.

    Each tries again when the last answer is there, and its Retry-After over.
    """
    # They would not sit at this machine: what they need of it is to cost the service nothing.
    os.nice(19)
    return asyncio.run(_storm(port, people, seconds))


async def _register(data_dir: Path) -> None:
    services = build_services(Settings(data_dir=data_dir))
    await services.accounts.register(_USERNAME, _PASSWORD)
    await services.close()


async def _search(port: int, paths: list[str], seconds: float) -> list[float]:
    times = []
    until = time.perf_counter() + seconds
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for path in paths:
            started = time.perf_counter()
            if started > until:
                break
            await client.get(path)
            times.append(time.perf_counter() - started)
            await asyncio.sleep(PAUSE)
    return times


async def _storm(port: int, people: int, seconds: float) -> Counter[int]:
    answered: Counter[int] = Counter()
    until = time.perf_counter() + seconds
    limits = httpx.Limits(max_connections=people)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=60) as client:
        await asyncio.gather(*(_log_in_again_and_again(client, until, answered) for _ in range(people)))
    return answered


async def _log_in_again_and_again(client: httpx.AsyncClient, until: float, answered: Counter[int]) -> None:
    given = {"username": _USERNAME, "password": _PASSWORD}
    while time.perf_counter() < until:
        answer = await client.post("/api/v1/login", json=given)
        answered[answer.status_code] += 1
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            await asyncio.sleep(float(answer.headers["retry-after"]))


if __name__ == "__main__":
    main()

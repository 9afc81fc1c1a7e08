"""Searches while two hundred people log in at once: `python bench/logins.py`. Their figures are in docs/security.md."""

import asyncio
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote_plus

import httpx

import catalogue
import over_http
from cinedex.services import build_services
from cinedex.settings import Settings
from corpus import default_films, read_corpus
from figures import PERCENTILES, Table, milliseconds
from queries import unique_texts

PEOPLE, SECONDS, PAUSE = 200, 20, 0.005
_USERNAME, _PASSWORD = "ida", "correct horse"


def main() -> None:
    corpus = read_corpus(default_films())
    with catalogue.data_folder() as data_dir:
        catalogue.fill(data_dir, corpus.films)
        asyncio.run(_register(data_dir))
        paths = [over_http.SEARCH + quote_plus(text) for text in unique_texts(corpus.films, 100_000)]
        with over_http.cinedex(data_dir) as (port, _):
            half = len(paths) // 2
            calm = asyncio.run(_search(port, paths[:half]))
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as others:
                storm = others.submit(storm_of_logins, port)
                stormy = asyncio.run(_search(port, paths[half:]))
                answered = storm.result()
    rows = [
        (name, f"{len(times):,}", *milliseconds(times))
        for name, times in {"without logins": calm, f"while {PEOPLE} people log in": stormy}.items()
    ]
    caption = (
        f"One search after another for {SECONDS} s, {over_http.WORKERS} workers, {len(corpus.films):,} films:"
    )
    print(Table(("search over HTTP, ms", "searches", *PERCENTILES), rows, caption).markdown())
    told = ", ".join(f"{count} answered {status}" for status, count in sorted(answered.items()))
    print(f"\nLogins: {told}.")


def storm_of_logins(port: int) -> Counter[int]:
    """Have two hundred people log in over and over; return how many were answered with each status.

    Each tries again when the last answer is there, and its Retry-After over.
    """
    # They would not sit at this machine: what they need of it is to cost the service nothing.
    os.nice(19)
    return asyncio.run(_storm(port))


async def _register(data_dir: Path) -> None:
    services = build_services(Settings(data_dir=data_dir))
    await services.accounts.register(_USERNAME, _PASSWORD)
    await services.close()


async def _search(port: int, paths: list[str]) -> list[float]:
    times = []
    until = time.perf_counter() + SECONDS
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for path in paths:
            started = time.perf_counter()
            if started > until:
                break
            await client.get(path)
            times.append(time.perf_counter() - started)
            await asyncio.sleep(PAUSE)
    return times


async def _storm(port: int) -> Counter[int]:
    answered: Counter[int] = Counter()
    until = time.perf_counter() + SECONDS
    limits = httpx.Limits(max_connections=PEOPLE)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=60) as client:
        await asyncio.gather(*(_log_in_again_and_again(client, until, answered) for _ in range(PEOPLE)))
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

"""`kill -9` at any moment loses no film whose 201 was sent, and leaves index and database the same.

`CINEDEX_TEST_KILLS=20` kills twenty times instead of four.
"""

import asyncio
import gzip
import json
import os
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cinedex.movies.sample import SAMPLE
from journeys.running import Server, run
from tiers import EMBEDDED

StartServer = Callable[..., Server]
KILLS = int(os.environ.get("CINEDEX_TEST_KILLS", "4"))
CLIENTS = 8
SETTINGS = {"CINEDEX_SAMPLE": "off", "CINEDEX_WORKERS": "2"}

pytestmark = pytest.mark.tiers(EMBEDDED, reason="the database is a file, and is looked into")


def films() -> Iterator[dict[str, Any]]:
    """Yield the films of the sample that the call takes, without genres, of which there are none."""
    with gzip.open(SAMPLE) as lines:
        for line in lines:
            film = json.loads(line)
            if film.get("director"):
                yield {
                    name: film[name]
                    for name in ("name", "director", "year", "votes", "imdb_score")
                    if name in film
                }


class Adding:
    """Clients that add films without pause, and note which were answered 201."""

    def __init__(self, server: Server) -> None:
        self._url = f"{server.address}/api/v1/add_movie"
        self._admin = server.admin()
        self._films = films()
        self._is_over = False
        self.answered: dict[int, dict[str, Any]] = {}
        self.lost_answers = 0

    async def run(self) -> None:
        async with httpx.AsyncClient(headers=self._admin, timeout=20) as client, asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(self._add(client))

    def end(self) -> None:
        self._is_over = True

    async def _add(self, client: httpx.AsyncClient) -> None:
        for film in self._films:
            while not self._is_over:
                try:
                    response = await client.post(self._url, json=film)
                except httpx.TransportError:
                    # Perhaps stored, perhaps not: nobody was promised anything. It is sent again.
                    self.lost_answers += 1
                    await asyncio.sleep(0.1)
                    continue
                if response.status_code == 201:
                    movie = response.json()["movie"]
                    self.answered[movie["id"]] = film
                else:
                    assert response.status_code in {409, 503}, response.text
                if response.status_code != 503:
                    break
            if self._is_over:
                return
        raise AssertionError("all films were added before the last kill")


def test_killed_again_and_again_while_films_are_added(start: StartServer, data_dir: Path) -> None:
    server = start(SETTINGS)
    adding = Adding(server)
    chance = random.Random(KILLS)  # noqa: S311 -- no secret

    async def kill_and_restart() -> Server:
        running = server
        for number in range(KILLS):
            enough = len(adding.answered) + 8
            while len(adding.answered) < enough:  # noqa: ASYNC110 -- clients of another task count up
                await asyncio.sleep(0.01)
            await asyncio.sleep(chance.uniform(0, 0.3))
            await asyncio.to_thread(running.kill, only_main=number % 2 == 1)
            running = await asyncio.to_thread(start, SETTINGS, server.port)
        adding.end()
        return running

    async def both() -> Server:
        async with asyncio.timeout(60 + 15 * KILLS), asyncio.TaskGroup() as group:
            group.create_task(adding.run())
            restarted = group.create_task(kill_and_restart())
        return restarted.result()

    running = asyncio.run(both())
    # Shown by `pytest -rP`.
    print(f"{KILLS} kills, {len(adding.answered)} films answered 201, {adding.lost_answers} lost answers")  # noqa: T201
    verified = run(data_dir, "index", "verify")
    assert verified.returncode == 0, verified.stdout
    for movie_id, film in adding.answered.items():
        running.wait_until_found(f"{film['name']} {film['director']}", movie_id)
    assert running.stop() == 0
    check_database(data_dir, adding.answered)
    verified = run(data_dir, "index", "verify")
    assert verified.returncode == 0, verified.stdout


def check_database(data_dir: Path, answered: dict[int, dict[str, Any]]) -> None:
    connection = sqlite3.connect(data_dir / "cinedex.db")
    stored = {row[0]: row[1:] for row in connection.execute("SELECT id, name, director, year FROM movies")}
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    for movie_id, film in answered.items():
        assert stored[movie_id] == (film["name"], film["director"], film.get("year"))
    assert max(Counter(stored.values()).values()) == 1


def test_two_servers_on_one_catalogue(start: StartServer, data_dir: Path) -> None:
    first = start({"CINEDEX_SAMPLE": "off"})
    second = start({"CINEDEX_SAMPLE": "off"})
    admin = first.admin()
    some = films()

    def add_at(server: Server) -> tuple[str, int]:
        film = next(some)
        url = f"{server.address}/api/v1/add_movie"
        response = httpx.post(url, json=film, headers=admin, timeout=10)
        assert response.status_code == 201
        return f"{film['name']} {film['director']}", response.json()["movie"]["id"]

    for server in (first, second):
        added = add_at(server)
        for other in (first, second):
            other.wait_until_found(*added)
    verified = run(data_dir, "index", "verify")
    assert verified.returncode == 0, verified.stdout
    first.kill()
    second.wait_until_found(*add_at(second))
    third = start({"CINEDEX_SAMPLE": "off"})
    second.kill(only_main=True)
    third.wait_until_found(*add_at(third))
    assert third.stop() == 0
    assert run(data_dir, "index", "verify").returncode == 0
    assert len([path for path in (data_dir / "index").iterdir() if path.is_dir()]) == 1

"""The processes of a service: one that starts the others, one that follows the catalogue, and the workers."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from journeys.conftest import StartServer
from journeys.running import PATIENCE_SECONDS, Server, environment
from tiers import Tier

SETTINGS = {"CINEDEX_SAMPLE": "off", "CINEDEX_WORKERS": "2"}
FILM = {"name": "Stalker", "director": "Andrei Tarkovsky", "imdb_score": 8.0, "year": 1979}


def add(server: Server, admin: dict[str, str]) -> int:
    answer = httpx.post(f"{server.address}/api/v1/add_movie", json=FILM, headers=admin, timeout=10)
    assert answer.status_code == 201
    movie_id: int = answer.json()["movie"]["id"]
    return movie_id


def follower_of(server: Server) -> int:
    """Return the process that follows: it is started before the workers are."""
    return next(one.pid for one in server.processes() if one.parent == server.process.pid)


def test_a_follower_that_is_killed_is_started_anew(start: StartServer) -> None:
    server = start(SETTINGS)
    admin = server.admin()
    os.kill(follower_of(server), signal.SIGKILL)
    server.wait_until_found("stalker", add(server, admin))
    assert "follower ended" in server.output
    assert server.stop() == 0


def test_a_worker_that_is_killed_is_started_anew(start: StartServer) -> None:
    server = start(SETTINGS)
    _, *workers = [one.pid for one in server.processes() if one.parent == server.process.pid]
    assert len(workers) == 2
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    server.wait_until_ready()
    server.wait_until_found("stalker", add(server, server.admin()))
    assert server.stop() == 0


def test_all_end_with_the_first(start: StartServer) -> None:
    server = start(SETTINGS)
    os.kill(follower_of(server), signal.SIGKILL)
    server.wait_until_found("stalker", add(server, server.admin()))
    server.kill(only_main=True)
    assert server.processes() == []


def test_the_index_is_followed_elsewhere(start: StartServer, data_dir: Path, tier: Tier) -> None:
    server = start(SETTINGS | {"CINEDEX_FOLLOW": "off"})
    # Two workers, and beside a cluster the process that keeps this node's words.
    expected = 2 if tier.cluster is None else 3
    assert len([one for one in server.processes() if one.parent == server.process.pid]) == expected
    movie_id = add(server, server.admin())
    with subprocess.Popen(
        [sys.executable, "-m", "cinedex", "index", "follow"],
        env=environment(data_dir, SETTINGS),
        stdout=subprocess.PIPE,
        text=True,
    ) as follower:
        try:
            assert follower.stdout is not None
            assert follower.stdout.readline() == "Following.\n"
            server.wait_until_found("stalker", movie_id)
            follower.send_signal(signal.SIGINT)
            assert follower.wait(PATIENCE_SECONDS) == 0
            assert follower.stdout.read() == ""
        finally:
            follower.kill()

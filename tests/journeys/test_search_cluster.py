"""A node of a search cluster, PostgreSQL and Redis, killed in the middle: nothing that was answered is lost."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import httpx
import pytest

from journeys.conftest import PASSWORD
from journeys.running import Server, run
from journeys.test_crashes import films
from tiers import CLUSTERS

StartServer = Callable[..., Server]


EMPTY = {"CINEDEX_SAMPLE": "off"}

pytestmark = pytest.mark.tiers(*CLUSTERS, reason="the index is in a cluster")


def test_killed_again_and_again_while_films_are_added(start: StartServer, data_dir: Path) -> None:
    server = start(EMPTY)
    admin = server.admin()
    some = films()
    added = 0
    for _ in range(3):
        for film in islice(some, 8):
            answer = httpx.post(f"{server.address}/api/v1/add_movie", json=film, headers=admin, timeout=20)
            assert answer.status_code == 201
            added += 1
        server.kill()
        server = start(EMPTY, server.port)
    verified = run(data_dir, "index", "verify")
    assert verified.returncode == 0, verified.stdout
    rebuilt = run(data_dir, "index", "rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    status = run(data_dir, "index", "status")
    assert f"films       {added}\n" in status.stdout
    [film] = server.search(next(films())["name"])
    assert film["id"] == 1
    assert server.stop() == 0
    assert PASSWORD not in server.output + verified.stderr + rebuilt.stdout + status.stdout

"""The service with its index in a search cluster, killed in the middle: nothing that was answered is lost."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from contracts.cluster_place import nodes_under_test
from journeys.running import Server, run
from journeys.test_crashes import films
from servers.search_home import RELEASES
from servers.search_node import search_node

StartServer = Callable[..., Server]


@pytest.fixture(params=nodes_under_test())
def cluster(request: pytest.FixtureRequest, run_folder: Path) -> Iterator[dict[str, str]]:
    """The settings of a service whose index is in a cluster."""
    port = search_node(request.param, run_folder).port
    name = f"t{uuid4().hex[:12]}"
    yield {
        "CINEDEX_SEARCH_URL": f"{RELEASES[request.param].product}://ann:hunter2@127.0.0.1:{port}/{name}",
        "CINEDEX_SAMPLE": "off",
    }
    for index in httpx.get(f"http://127.0.0.1:{port}/{name}-v*/_alias").json():
        httpx.delete(f"http://127.0.0.1:{port}/{index}")


def test_killed_again_and_again_while_films_are_added(
    start: StartServer, data_dir: Path, cluster: dict[str, str]
) -> None:
    server = start(cluster)
    admin = server.admin()
    some = films()
    added = 0
    for _ in range(3):
        for film in islice(some, 8):
            answer = httpx.post(f"{server.address}/api/v1/add_movie", json=film, headers=admin, timeout=20)
            assert answer.status_code == 201
            added += 1
        server.kill()
        server = start(cluster, server.port)
    verified = run(data_dir, "index", "verify", settings=cluster)
    assert verified.returncode == 0, verified.stdout
    rebuilt = run(data_dir, "index", "rebuild", settings=cluster)
    assert rebuilt.returncode == 0, rebuilt.stderr
    status = run(data_dir, "index", "status", settings=cluster)
    assert f"films       {added}\n" in status.stdout
    [film] = server.search(next(films())["name"])
    assert film["id"] == 1
    assert server.stop() == 0
    assert "hunter2" not in server.output + verified.stderr + rebuilt.stdout + status.stdout

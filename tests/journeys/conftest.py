"""Servers that end with the test that started them, each of an installation that is not there yet."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from journeys.running import SITE, Server
from servers.search_index import search_index
from tiers import CLUSTERS, EMBEDDED, Tier, runs_on

pytest_generate_tests = runs_on(EMBEDDED, *CLUSTERS)

PASSWORD = "hunter2"
"""What stands in the address of a search cluster; it asks for none."""

StartServer = Callable[..., Server]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def _site(
    tier: Tier, run_folder: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Tells all commands where the parts of an installation of this tier are, with nothing in them."""
    for name in SITE:
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        if tier.database == "postgres":
            server = request.getfixturevalue("postgres")
            database = server.create()
            stack.callback(server.drop, database)
            monkeypatch.setenv("CINEDEX_DATABASE_URL", server.url(database))
        if tier.cluster is not None:
            url = stack.enter_context(search_index(tier.cluster, run_folder, user=f"ann:{PASSWORD}@"))
            monkeypatch.setenv("CINEDEX_SEARCH_URL", url)
        if tier.has_redis:
            monkeypatch.setenv("CINEDEX_CACHE_URL", request.getfixturevalue("redis").url)
        yield


@pytest.fixture
def start(data_dir: Path) -> Iterator[StartServer]:
    """Starts `cinedex serve` on the data folder, with these settings; waits until it answers."""
    started: list[Server] = []

    def start_server(settings: Mapping[str, str] | None = None, port: int = 0) -> Server:
        started.append(Server(data_dir, settings, port))
        started[-1].wait_until_ready()
        return started[-1]

    yield start_server
    for server in started:
        server.clean_up()

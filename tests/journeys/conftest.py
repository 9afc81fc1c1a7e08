"""Servers that end with the test that started them."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from journeys.running import Server

StartServer = Callable[..., Server]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


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

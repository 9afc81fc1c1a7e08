"""A build is done by a process of its own, which ends with the service, however that ends."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from journeys.running import PATIENCE_SECONDS, Server, run
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="the index is files")


@pytest.fixture
def building(data_dir: Path) -> Iterator[Server]:
    """A server whose first index is being built."""
    server = Server(data_dir)
    wait_until(lambda: any((data_dir / "index").glob("v*")), server)
    yield server
    server.clean_up()


def builder_of(server: Server) -> int:
    """Return the process that builds: the only one that was spawned, the others are forked."""
    [builder] = [one.pid for one in server.processes() if "spawn_main" in one.command]
    return builder


def wait_until(is_so: Callable[[], bool], server: Server) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, server.output
        time.sleep(0.005)


def test_a_build_ends_with_the_service_that_is_killed(building: Server, data_dir: Path) -> None:
    os.killpg(building.process.pid, signal.SIGSTOP)
    os.kill(building.process.pid, signal.SIGKILL)
    os.killpg(building.process.pid, signal.SIGCONT)
    building.process.wait(PATIENCE_SECONDS)
    building.wait_until_gone()
    assert not (data_dir / "index" / "CURRENT").exists()
    assert "Traceback" not in building.output


def test_ctrl_c_ends_a_build_too(building: Server, data_dir: Path) -> None:
    os.killpg(building.process.pid, signal.SIGINT)
    building.process.wait(PATIENCE_SECONDS)
    building.wait_until_gone()
    assert not (data_dir / "index" / "CURRENT").exists()
    assert "Traceback" not in building.output


def test_a_build_that_is_killed_is_begun_anew(building: Server, data_dir: Path) -> None:
    os.kill(builder_of(building), signal.SIGKILL)
    building.wait_until_ready()
    wait_until((data_dir / "index" / "CURRENT").exists, building)
    assert "will try again" in building.output
    assert building.stop() == 0
    assert "Traceback" not in building.output
    assert run(data_dir, "index", "verify").returncode == 0

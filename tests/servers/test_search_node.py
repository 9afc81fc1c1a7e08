"""A search node ends with the processes that use it, however they end."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from socket import create_connection

import pytest

from servers.search_home import CACHE, RELEASES, CannotFetch, prepare
from servers.search_node import search_node

PATIENCE_SECONDS = 300
TESTS = Path(__file__).parents[1]

USER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from servers.search_node import search_node
print(search_node("opensearch3", Path(sys.argv[2])).port, flush=True)
time.sleep(1000)
"""


def answers(port: int) -> bool:
    try:
        with closing(create_connection(("127.0.0.1", port), timeout=5)):
            return True
    except OSError:
        return False


def test_a_node_ends_when_the_last_that_used_it_was_killed(run_folder: Path, tmp_path: Path) -> None:
    search_node("opensearch3", run_folder)  # or the test is skipped
    user = subprocess.Popen(  # noqa: S603 -- this Python
        [sys.executable, "-c", USER, str(TESTS), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    with user.stdout:
        port = int(user.stdout.readline())
    assert answers(port)
    os.kill(user.pid, signal.SIGKILL)
    user.wait(PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while answers(port):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_where_nothing_can_be_fetched_that_is_told(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search_node("opensearch3", run_folder)  # or the test is skipped
    monkeypatch.setenv(CACHE, str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotFetch, match="mvn, which fetches it, is not installed"):
        prepare(RELEASES["opensearch3"])

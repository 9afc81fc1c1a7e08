"""A service that is told to end: load balancers hear of it first, and nobody's request is dropped."""

import signal
import socket
import threading
import time
from http.client import HTTPConnection, HTTPException

import httpx
import pytest

from journeys.conftest import StartServer
from journeys.running import PATIENCE_SECONDS, SEARCH, Server
from tiers import CLUSTERS, EMBEDDED

READY = "/health/ready"

pytestmark = pytest.mark.tiers(EMBEDDED, *CLUSTERS[:1], reason="it says nothing of a search")


class Caller(threading.Thread):
    """Searches on connections that it keeps, until the service says that it goes away; notes what went wrong."""

    def __init__(self, server: Server, going: threading.Event) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._going = going
        self.answered = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=PATIENCE_SECONDS)
        while not self._going.is_set():
            try:
                connection.request("GET", f"{SEARCH}?name=alien")
                answer = connection.getresponse()
                answer.read()
            except (OSError, HTTPException) as error:
                self.wrong.append(repr(error))
                return
            self.answered += 1
            if answer.status != 200:
                self.wrong.append(str(answer.status))


def state(server: Server) -> str:
    status: str = httpx.get(server.address + READY, timeout=10).json()["status"]
    return status


def started_state(server: Server) -> str:
    """Return its state as soon as it has made its first searches."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (told := state(server)) == "starting" and time.monotonic() < deadline:
        time.sleep(0.1)
    return told


def test_no_request_is_dropped_while_load_balancers_go_elsewhere(start: StartServer) -> None:
    server = start({"CINEDEX_DRAIN_SECONDS": "4", "CINEDEX_WORKERS": "2"})
    assert started_state(server) == "ready"
    going = threading.Event()
    callers = [Caller(server, going) for _ in range(4)]
    for caller in callers:
        caller.start()
    server.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while state(server) != "draining":
        assert time.monotonic() < deadline
    answer = httpx.get(server.address + READY, timeout=10)
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"]["state"] == "ok"
    # Requests are still taken, on connections that go no further.
    while httpx.get(f"{server.address}{SEARCH}?name=alien").headers.get("connection") != "close":
        assert time.monotonic() < deadline
    assert httpx.get(f"{server.address}/api/v1/genres").headers["connection"] == "close"
    going.set()
    for caller in callers:
        caller.join(PATIENCE_SECONDS)
    assert [caller.wrong for caller in callers] == [[], [], [], []]
    assert all(caller.answered for caller in callers)
    assert server.process.wait(PATIENCE_SECONDS) == 0
    server.wait_until_gone()


def test_what_has_begun_is_finished(start: StartServer) -> None:
    server = start()
    body = b'{"username": "ida", "password": "correct horse battery staple"}'
    head = f"POST /api/v1/register HTTP/1.1\r\nhost: cinedex\r\ncontent-length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as connection:
        connection.sendall(f"{head}content-type: application/json\r\n\r\n".encode() + body[:10])
        # Answered after it, so the worker has that one too.
        httpx.get(f"{server.address}{SEARCH}?name=alien")
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(body[10:])
        told = b""
        while b"successful" not in told and (part := connection.recv(4096)):
            told += part
    assert told.startswith(b"HTTP/1.1 201 ")
    assert server.process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_told_again_it_ends_at_once(start: StartServer, how: signal.Signals) -> None:
    server = start({"CINEDEX_DRAIN_SECONDS": "300"})
    server.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while state(server) != "draining":
        assert time.monotonic() < deadline
    assert server.stop(how) == 0


def test_a_mark_that_a_killed_service_left_says_nothing_of_the_next(start: StartServer) -> None:
    server = start({"CINEDEX_DRAIN_SECONDS": "300"})
    server.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while state(server) != "draining":
        assert time.monotonic() < deadline
    server.kill()
    assert started_state(start(port=server.port)) == "ready"

"""What comes over the line broken: the service answers or lets go, and calls it no crash."""

import socket

import pytest

from journeys.conftest import StartServer
from journeys.running import SEARCH, Server
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="what comes over the line broken gets no further")


@pytest.fixture
def server(start: StartServer) -> Server:
    return start({"CINEDEX_SAMPLE": "off"})


def send(server: Server, request: bytes, *, and_end: bool = True) -> bytes:
    """Send bytes, perhaps say that nothing follows, and return all that is answered."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(request)
        if and_end:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
        return answer


def test_a_body_that_ends_early_is_no_crash(server: Server) -> None:
    for path in ("/api/v1/login", "/api/v1/register", SEARCH):
        head = (
            f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n"
        )
        answer = send(server, head.encode() + b'{"user')
        assert not answer or answer.startswith(b"HTTP/1.1 400"), answer
        chunked = f"POST {path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
        answer = send(server, chunked.encode())
        assert not answer or answer.startswith(b"HTTP/1.1 400"), answer
    server.stop()
    assert "crash" not in server.output
    assert "Traceback" not in server.output


def test_letters_sent_as_they_are_in_an_address_are_read(server: Server) -> None:
    request = f"GET {SEARCH}?name=Amélie HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    answer = send(server, request.encode(), and_end=False)
    assert answer.startswith(b"HTTP/1.1 404"), answer


def test_a_head_of_a_request_has_its_limits(server: Server) -> None:
    few = "".join(f"x-{number}: {'a' * 900}\r\n" for number in range(20))
    answer = send(
        server, f"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{few}\r\n".encode(), and_end=False
    )
    assert answer.startswith(b"HTTP/1.1 200"), answer
    many = "".join(f"x-{number}: {'a' * 900}\r\n" for number in range(60))
    answer = send(server, f"GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n".encode(), and_end=False)
    assert answer.startswith(b"HTTP/1.1 431"), answer
    short = "".join(f"x-{number}: a\r\n" for number in range(200))
    answer = send(server, f"GET / HTTP/1.1\r\nhost: x\r\n{short}\r\n".encode(), and_end=False)
    assert answer.startswith(b"HTTP/1.1 431"), answer


def test_whoever_sends_too_slowly_is_let_go(server: Server) -> None:
    """Each takes ten seconds, so both wait together."""
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as head,
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as body,
    ):
        head.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n")
        body.sendall(b"POST /api/v1/login HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{")
        assert body.recv(65536).startswith(b"HTTP/1.1 408")
        assert not head.recv(65536)
        while body.recv(65536):
            pass

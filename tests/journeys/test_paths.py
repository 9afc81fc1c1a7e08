"""Paths as attackers write them, sent as they are: none leads past a guard or out of the files, and none is a crash."""

import json
import socket
from typing import Any

import httpx

from journeys.conftest import StartServer
from journeys.running import PASSWORD, Server

GUARDED = [
    "/api/v1/users",
    "/api/v1/users/",
    "/api/v1//users",
    "//api/v1/users",
    "/api/v1/./users",
    "/api/v1/movies/../users",
    "/api/v1/movies/%2e%2e/users",
    "/api/v1/movies/..%2fusers",
    "/api/v1/movies/%252e%252e/users",
    "/api/v1/movies/..\\users",
    "/api/v1/users;a=b",
    "/api/v1/users%00",
    "/api/v1/users%00.json",
    "/api/v1/users%20",
    "/api/v1/users%0d%0aX-Injected:%20yes",
    "/api/v1/%75sers",
    "/API/v1/USERS",
    "/api/v1/users/?/../../movies",
    "/static/../api/v1/users",
    "/api/v1/users/1",
    "/api/v1/users/%31",
    "/api/v1/users/1/",
    "/api/v1/users/1%00",
    "/api/v1/audit/.",
    "http://127.0.0.1/api/v1/users",
    "*",
]
FILES = [
    "/static/../settings.py",
    "/static/..%2f..%2fsettings.py",
    "/static/%2e%2e/%2e%2e/settings.py",
    "/static/....//settings.py",
    "/static/%c0%ae%c0%ae/settings.py",
    "/static/style.css%00.py",
    "/static//etc/passwd",
    "/static/",
    "/../../../../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..;/secret",
    "/secret",
    "/cinedex.db",
    "/data/secret",
]
ODD = [
    "/" + "a" * 20_000,
    "/" + "../" * 3000,
    "/" + "%2e%2e%2f" * 2000,
    "/%ff%fe",
    "/\xff",
    "/api/v1/movies/" + "9" * 9000,
]


def asked(server: Server, target: str, headers: str = "") -> tuple[int, dict[str, str], bytes]:
    """Send a request line as it is; return status, headers and body, or 0 where the connection is closed."""
    head = f"GET {target} HTTP/1.1\r\nHost: cinedex\r\nConnection: close\r\n{headers}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head.encode("latin-1"))
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    told, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = told.decode("latin-1").split("\r\n")
    named = dict(one.lower().split(": ", 1) for one in lines)
    return int(first.split()[1]) if first else 0, named, body


def token_of_a_user(server: Server) -> str:
    given = {"username": "victor", "password": PASSWORD}
    assert httpx.post(f"{server.address}/api/v1/register", json=given, timeout=20).status_code == 201
    token: str = httpx.post(f"{server.address}/api/v1/login", json=given, timeout=20).json()["token"]
    return token


def test_no_path_leads_past_a_guard_or_out_of_the_files(start: StartServer) -> None:
    server = start({"CINEDEX_SAMPLE": "off", "CINEDEX_PASSWORD_MEBIBYTES": "7"})
    secret = (server.data_dir / "secret").read_bytes().strip()
    for headers in ("", f"Authorization: Bearer {token_of_a_user(server)}\r\n"):
        for target in [*GUARDED, *FILES, *ODD]:
            status, named, body = asked(server, target, headers)
            told = (target[:60], status, body[:200])
            assert status in {0, 400, 401, 403, 404, 405, 414, 431}, told
            assert "x-injected" not in named, told
            assert b"root:" not in body, told
            assert secret not in body, told
            assert b"import " not in body, told
            if named.get("content-type") == "application/json":
                read: dict[str, Any] = json.loads(body)
                assert read["message"], told
                assert "users" not in read, told
    # It still serves whoever asks as it should be asked.
    assert asked(server, "/api/v1/movies")[0] == 200
    server.stop()
    assert "crash" not in server.output
    assert "Traceback" not in server.output

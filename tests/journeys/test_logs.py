"""What a running service logs of requests, and what it never does."""

import json
from typing import Any

import httpx
import pytest

from journeys.conftest import StartServer
from journeys.running import PASSWORD, SEARCH, Server
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="the database is a file")


def lines(server: Server) -> list[dict[str, Any]]:
    """Return the lines that it has logged: all that is JSON; the rest is the greeting."""
    return [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]


def test_a_request_keeps_its_number_and_its_secrets(start: StartServer) -> None:
    server = start({"CINEDEX_LOG_FORMAT": "json"})
    own = {"x-request-id": "trace.me_1-a"}
    for path in (f"{SEARCH}?name=alien", "/api/v1/movies?q=dune", "/api/v1/suggest?q=al", "/api/v1/genres"):
        answer = httpx.get(server.address + path, headers=own)
        assert (answer.status_code, answer.headers.get_list("x-request-id")) == (200, ["trace.me_1-a"])
        made = {httpx.get(server.address + path).headers["x-request-id"] for _ in range(2)}
        assert len(made) == 2
    for path in (SEARCH, "/no/such/page", "/api/v1/movies/999999", "/api/v1/movies?limit=0"):
        answer = httpx.get(server.address + path, headers=own)
        assert answer.headers.get_list("x-request-id") == ["trace.me_1-a"]
        assert answer.json()["request_id"] == "trace.me_1-a"
    hostile = httpx.get(server.address + SEARCH, headers={"x-request-id": 'a" , "level": "info'})
    assert "level" not in hostile.headers["x-request-id"]

    headers = server.admin()
    account = {"username": "tom", "password": PASSWORD + "!"}
    httpx.post(f"{server.address}/api/v1/register", json=account, headers=own)
    httpx.post(f"{server.address}/api/v1/login", json=account | {"password": "wrong horse battery"})
    tokens = httpx.post(f"{server.address}/api/v1/login", json=account).json()
    httpx.post(f"{server.address}/api/v1/login?password={PASSWORD}", content=b'{"password": "half a')
    (server.data_dir / "cinedex.db-wal").unlink()
    (server.data_dir / "cinedex.db").write_bytes(b"no database")
    failed = httpx.get(f"{server.address}/api/v1/movies/1?secret=hunter2", headers=headers | own)
    assert failed.status_code == 503
    told = [line for line in lines(server) if line["event"] == "request"]
    assert (told[-1]["route"], told[-1]["method"], told[-1]["status"]) == ("/api/v1/movies/{id}", "GET", 503)
    assert told[-1]["request_id"] == "trace.me_1-a"
    assert told[-1]["milliseconds"] >= 0
    # What went well is counted, not logged.
    assert not [line for line in told if line["status"] < 500 and line["milliseconds"] < 1000]
    secrets = [PASSWORD, "wrong horse", "half a", "hunter2", headers["authorization"].split()[1]]
    secrets += [tokens["token"], tokens["refresh_token"], (server.data_dir / "secret").read_text().strip()]
    assert not [secret for secret in secrets if secret in server.output]
    server.stop()
    assert not [secret for secret in secrets if secret in server.output]

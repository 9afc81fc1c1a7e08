"""A newcomer starts it, makes the four calls, stops it, and starts it again."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from journeys.running import PASSWORD, Server, free_port, run
from tiers import EMBEDDED

StartServer = Callable[..., Server]
EMPTY = {"CINEDEX_SAMPLE": "off"}


def total(server: Server) -> int:
    """Return how many films there are."""
    answer = httpx.get(f"{server.address}/api/v1/movies", timeout=20).json()
    count: int = answer["total"]
    return count


def test_from_nothing_to_a_film_of_ones_own(start: StartServer, data_dir: Path) -> None:
    server = start({"CINEDEX_WORKERS": "2"})
    assert [film["name"] for film in server.search("the wizzard of oz")][:1] == ["The Wizard of Oz"]

    account = {"username": "victor", "password": PASSWORD}
    with httpx.Client(base_url=f"{server.address}/api/v1", timeout=20) as client:
        assert client.post("/register", data=account).status_code == 201
        visitor = {"authorization": f"Bearer {client.post('/login', json=account).json()['token']}"}
        film = {"name": "Stalker", "director": "Andrei Tarkovsky", "imdb_score": 8.1, "year": 1979}
        assert client.post("/add_movie", json=film, headers=visitor).status_code == 401
        admin = server.admin()
        added = client.post("/add_movie", json=film, headers=admin)
        assert added.status_code == 201
        assert client.post("/add_movie", data=film, headers=admin).status_code == 409
        assert client.get("/search_movie?name=zzzzzzz").status_code == 404
        assert client.post("/search_movie", content=b"{").status_code == 400
        assert client.put("/search_movie").status_code == 405
    server.wait_until_found("stalkre", added.json()["movie"]["id"])
    films = total(server)
    assert server.address in server.output
    assert str(data_dir) in server.output
    assert "create-admin" in server.output
    assert server.stop() == 0
    assert "Traceback" not in server.output

    again = start()
    assert [film["name"] for film in again.search("stalker")][:1] == ["Stalker"]
    assert total(again) == films > 2900
    with httpx.Client(base_url=f"{again.address}/api/v1", timeout=20) as client:
        assert client.post("/login", json=account).status_code == 200
        # The secret that signs tokens is kept, so sessions are too.
        assert client.post("/add_movie", json=film, headers=admin).status_code == 409
    assert again.stop(signal.SIGINT) == 0
    assert "Traceback" not in again.output
    assert run(data_dir, "index", "verify").returncode == 0


def test_without_the_sample_it_starts_empty(start: StartServer, data_dir: Path) -> None:
    server = start(EMPTY)
    assert server.search("alien") == []
    assert httpx.get(f"{server.address}/api/v1/genres", timeout=10).json() == {"genres": []}
    assert server.stop(signal.SIGINT) == 0
    assert run(data_dir, "index", "verify").returncode == 0


def test_a_new_film_is_found_by_name_and_director_with_a_slip_in_either(start: StartServer) -> None:
    server = start(EMPTY)
    film = {"name": "Nosferatu", "director": "Friedrich Wilhelm Murnau", "imdb_score": 7.8, "year": 1922}
    response = httpx.post(f"{server.address}/api/v1/add_movie", json=film, headers=server.admin(), timeout=10)
    assert response.status_code == 201
    movie_id = response.json()["movie"]["id"]
    for text in (
        "nosferatu",
        "nosfer",
        "nosfertau",
        "murnau",
        "Friedrich Murnau",
        "murnua",
        "friedrich mruanu",
    ):
        server.wait_until_found(text, movie_id)


@pytest.mark.tiers(EMBEDDED, reason="it ends before anything is opened")
def test_a_port_in_use_is_told_in_one_line(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run(data_dir, "serve", settings=EMPTY | {"CINEDEX_PORT": str(port)})
    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} of 127.0.0.1 is in use; set CINEDEX_PORT to another.\n"
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CINEDEX_PORT", "http"),
        ("CINEDEX_PORT", "70000"),
        ("CINEDEX_WORKERS", "0"),
        ("CINEDEX_SAMPLE", "perhaps"),
        ("CINEDEX_SECRET", "too short"),
    ],
)
@pytest.mark.tiers(EMBEDDED, reason="it ends before anything is opened")
def test_a_setting_that_cannot_be_used_is_named(data_dir: Path, name: str, value: str) -> None:
    ended = run(data_dir, "serve", settings={name: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"cinedex: {name}: ")
    assert ended.stderr.count("\n") == 1
    assert value not in ended.stderr
    assert not data_dir.exists()


@pytest.mark.tiers(EMBEDDED, reason="it ends before anything is opened")
def test_a_data_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("This is no folder.")
    ended = run(tmp_path / "file" / "data", "serve", settings={"CINEDEX_PORT": str(free_port())})
    assert ended.returncode == 1
    assert ended.stderr.startswith("cinedex: ")
    assert ended.stderr.count("\n") == 1

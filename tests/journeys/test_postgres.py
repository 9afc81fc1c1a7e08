"""The service on PostgreSQL, as a user has it: one node, two nodes, and a server that comes and goes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from journeys.running import PATIENCE_SECONDS, Server, run
from servers.postgres import PASSWORD, PostgresServer, running_postgres
from tiers import EMBEDDED

ADD = "/api/v1/add_movie"
HEAT = {"name": "Heat", "director": "Michael Mann", "imdb_score": 8.3, "year": 1995}
JAWS = {"name": "Jaws", "director": "Steven Spielberg", "imdb_score": 8.1, "year": 1975}
FARGO = {"name": "Fargo", "director": "Joel Coen", "imdb_score": 8.1, "year": 1996}

StartNode = Callable[..., Server]

pytestmark = pytest.mark.tiers(EMBEDDED, reason="it stops a server of its own")


@pytest.fixture(scope="module")
def frail() -> Iterator[PostgresServer]:
    """A server that these tests may stop, which others must not feel."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def settings(frail: PostgresServer) -> Iterator[dict[str, str]]:
    """What all nodes and commands are told."""
    name = frail.create()
    yield {
        "CINEDEX_DATABASE_URL": frail.url(name),
        "CINEDEX_SECRET": "only the tests sign tokens with this",
        "CINEDEX_SAMPLE": "off",
    }
    frail.drop(name)


@pytest.fixture
def start_node(tmp_path: Path, settings: dict[str, str]) -> Iterator[StartNode]:
    """Starts a node with a data folder of its own; waits until it answers."""
    started: list[Server] = []

    def start(folder: str) -> Server:
        started.append(Server(tmp_path / folder, settings))
        started[-1].wait_until_ready()
        return started[-1]

    yield start
    for server in started:
        assert PASSWORD not in server.output
        assert "p%40ss" not in server.output
        server.clean_up()


def add(server: Server, film: dict[str, Any], admin: dict[str, str]) -> httpx.Response:
    return httpx.post(server.address + ADD, json=film, headers=admin, timeout=PATIENCE_SECONDS)


def admin_of(server: Server, settings: dict[str, str]) -> dict[str, str]:
    made = run(server.data_dir, "users", "create-admin", "ida", typed="correct horse\n", settings=settings)
    assert made.returncode == 0, made.stderr
    given = {"username": "ida", "password": "correct horse"}
    answer = httpx.post(f"{server.address}/api/v1/login", json=given, timeout=20)
    return {"authorization": f"Bearer {answer.json()['token']}"}


def until_added(server: Server, film: dict[str, Any], admin: dict[str, str]) -> int:
    """Add a film, as soon as the service takes it; return its id."""
    while True:
        answer = add(server, film, admin)
        if answer.status_code == 201:
            movie_id: int = answer.json()["movie"]["id"]
            return movie_id
        assert answer.status_code == 503, answer.text


def test_two_nodes_find_what_either_was_given_and_one_goes_on_alone(
    start_node: StartNode, settings: dict[str, str]
) -> None:
    first, second = start_node("first"), start_node("second")
    admin = admin_of(first, settings)
    for node, film in ((first, HEAT), (second, JAWS)):
        movie_id = until_added(node, film, admin)
        for other in (first, second):
            other.wait_until_found(str(film["name"]), movie_id)
    first.kill()
    second.wait_until_found("Fargo", until_added(second, FARGO, admin))
    again = start_node("first")
    again.wait_until_found("Fargo", 3)
    for node in (again, second):
        assert node.stop() == 0
        verified = run(node.data_dir, "index", "verify", settings=settings)
        assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.parametrize("what", ["stopped", "paused"])
def test_while_the_server_is_away_search_goes_on_and_the_rest_is_refused_in_time(
    start_node: StartNode, settings: dict[str, str], frail: PostgresServer, what: str
) -> None:
    node = start_node("node")
    admin = admin_of(node, settings)
    node.wait_until_found("Heat", until_added(node, HEAT, admin))

    def check() -> None:
        for answer in (add(node, JAWS, admin), httpx.get(f"{node.address}/api/v1/movies/1", timeout=20)):
            assert answer.status_code == 503, answer.text
            assert answer.json()["code"] == "database_unavailable"
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.elapsed.total_seconds() < 15
        assert [film["name"] for film in node.search("heet")] == ["Heat"]
        ready = httpx.get(f"{node.address}/health/ready", timeout=20)
        assert (ready.json()["status"], ready.json()["parts"]["database"]["state"]) == (
            "degraded",
            "unavailable",
        )

    with frail.paused() if what == "paused" else frail.away():
        check()
    node.wait_until_found("Fargo", until_added(node, FARGO, admin))
    assert [film["name"] for film in node.search("heat")] == ["Heat"]
    assert node.stop() == 0
    verified = run(node.data_dir, "index", "verify", settings=settings)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_commands_name_the_database_and_never_its_password(
    tmp_path: Path, settings: dict[str, str], frail: PostgresServer
) -> None:
    shown = settings["CINEDEX_DATABASE_URL"].replace(":p%40ss%2Fword%20of%20the%20tests", "")

    def command(*arguments: str, **given: str) -> str:
        ended = run(tmp_path, *arguments, settings=settings | given)
        told = ended.stdout + ended.stderr
        assert PASSWORD not in told
        assert "p%40ss" not in told
        return f"{ended.returncode}: {told}"

    upgraded = command("database", "upgrade", CINEDEX_SAMPLE="on")
    assert upgraded.startswith(f"0: {shown} is up to date; 2")
    assert command("database", "upgrade", CINEDEX_SAMPLE="on").endswith("; 0 sample films were added.\n")
    assert command("index", "status") == "1: There is no index yet.\n"
    assert "is live." in command("index", "rebuild")
    assert command("index", "verify").startswith("0: The index holds exactly")
    assert "2987 already there" in command("movies", "load", "--sample")
    psql = f"{frail.binaries}:/usr/bin:/bin"
    counted = command("database", "connect", "SELECT count(*), NULL FROM movies", PATH=psql)
    assert counted == "0: 2987 | \n"
    assert "read-only" in command("database", "connect", "DELETE FROM movies", PATH=psql)
    missing = command("database", "connect", "SELECT 1", PATH=str(tmp_path))
    assert missing == f"1: psql is not installed; with it you could look into {shown}.\n"
    with frail.away():
        away = command("database", "upgrade")
    assert away.startswith("1: cinedex: The catalogue cannot be reached now.")
    assert not (tmp_path / "cinedex.db").exists()

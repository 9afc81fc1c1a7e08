"""A node whose index is in a search cluster: it searches there, and keeps the words beside it, whoever follows."""

import time
from pathlib import Path
from uuid import uuid4

import httpx

from cinedex.search.engines.tantivy.word_list import TantivyWordList
from cinedex.search.finding.no_words import NoWords
from contracts.cluster_place import nodes_under_test
from journeys.conftest import StartServer
from journeys.running import PATIENCE_SECONDS, Server
from servers.search_home import RELEASES
from servers.search_node import search_node

FILM = {"name": "Stalker", "director": "Andrei Tarkovsky", "imdb_score": 8.0, "year": 1979}


def settings(run_folder: Path) -> dict[str, str]:
    release = nodes_under_test()[0]
    address = f"{RELEASES[release].product}://127.0.0.1:{search_node(release, run_folder).port}"
    return {"CINEDEX_SAMPLE": "off", "CINEDEX_SEARCH_URL": f"{address}/t{uuid4().hex[:12]}"}


def add(server: Server) -> int:
    answer = httpx.post(f"{server.address}/api/v1/add_movie", json=FILM, headers=server.admin(), timeout=10)
    movie_id: int = answer.json()["movie"]["id"]
    return movie_id


def wait_until_known(data_dir: Path, word: str) -> None:
    words = TantivyWordList(data_dir / "words")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while isinstance(known := words.at(0), NoWords) or not known.count("words", word):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    words.close()


def test_it_searches_the_cluster_by_the_words_that_it_keeps(
    start: StartServer, data_dir: Path, run_folder: Path
) -> None:
    server = start(settings(run_folder))
    server.wait_until_found("stalker", add(server))
    wait_until_known(data_dir, "stalker")
    query = {"name": "tarkovski stalkr"}
    answer = httpx.get(f"{server.address}/api/v1/search_movie", params=query, timeout=10).json()
    assert [film["name"] for film in answer["movies"]] == ["Stalker"]
    assert "degraded" not in answer
    assert server.stop() == 0


def test_it_keeps_the_words_though_another_one_follows(
    start: StartServer, data_dir: Path, run_folder: Path
) -> None:
    server = start(settings(run_folder) | {"CINEDEX_FOLLOW": "off"})
    add(server)
    wait_until_known(data_dir, "stalker")
    assert server.stop() == 0

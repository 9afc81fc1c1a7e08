"""A node whose index is in a search cluster: it searches there, and keeps the words beside it, whoever follows."""

import time
from pathlib import Path

import httpx
import pytest

from cinedex.search.engines.tantivy.word_list import TantivyWordList
from cinedex.search.finding.no_words import NoWords
from journeys.conftest import StartServer
from journeys.running import PATIENCE_SECONDS, Server
from tiers import CLUSTERS

EMPTY = {"CINEDEX_SAMPLE": "off"}
FILM = {"name": "Stalker", "director": "Andrei Tarkovsky", "imdb_score": 8.0, "year": 1979}


pytestmark = pytest.mark.tiers(*CLUSTERS, reason="the index is in a cluster")


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


def test_it_searches_the_cluster_by_the_words_that_it_keeps(start: StartServer, data_dir: Path) -> None:
    server = start(EMPTY)
    server.wait_until_found("stalker", add(server))
    wait_until_known(data_dir, "stalker")
    query = {"name": "tarkovski stalkr"}
    answer = httpx.get(f"{server.address}/api/v1/search_movie", params=query, timeout=10).json()
    assert [film["name"] for film in answer["movies"]] == ["Stalker"]
    assert "degraded" not in answer
    assert server.stop() == 0


def test_it_keeps_the_words_though_another_one_follows(start: StartServer, data_dir: Path) -> None:
    server = start(EMPTY | {"CINEDEX_FOLLOW": "off"})
    add(server)
    wait_until_known(data_dir, "stalker")
    assert server.stop() == 0

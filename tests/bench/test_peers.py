"""A peer gets the same films and queries, and is left as it was found. The peers here are made of their documented calls."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from cinedex.search.evaluation.queries import By, JudgedQuery
from corpus import Corpus
from films import ALIEN, FILMS
from peers import PEERS, PeerAway, connect, measure, read_peer, report

CORPUS = Corpus(FILMS, [JudgedQuery("exact", film.name, (at,), By.LINE) for at, film in enumerate(FILMS)])


class FakePeer:
    """Finds films whose names are what is asked for, by the calls of either engine."""

    def __init__(self, fails_at: str = "", kind: type[Exception] | None = None) -> None:
        self.indexes: dict[str, dict[int, str]] = {}
        self.settings: dict[str, object] = {}
        self._fails_at = fails_at
        self._kind = kind

    def client(self) -> httpx.Client:
        return httpx.Client(base_url="http://peer", transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if self._fails_at and path.endswith(self._fails_at):
            if self._kind:
                raise self._kind("connection refused")
            return httpx.Response(403, json={"message": "the key is missing"})
        if path.startswith("/tasks/"):
            return httpx.Response(200, json={"status": "succeeded"})
        name, _, call = path.removeprefix("/indexes").strip("/").partition("/")
        return httpx.Response(200, json=self._calls(request, call)(name or request))

    def _calls(self, request: httpx.Request, call: str) -> Callable[..., object]:
        calls: dict[tuple[str, str], Callable[..., object]] = {
            ("POST", ""): self._create_index,
            ("PUT", ""): lambda name: self.indexes.update({name: {}}),
            ("DELETE", ""): self.indexes.pop,
            ("GET", "settings/ranking-rules"): lambda _: ["words", "typo"],
            ("PATCH", "settings"): lambda _: self._set(json.loads(request.content)),
            ("POST", "documents"): lambda name: self._add(name, lines(request)),
            ("POST", "_bulk"): lambda name: self._bulk(name, lines(request)),
            ("POST", "_refresh"): lambda _: {},
            ("POST", "search"): lambda name: {"hits": [{"id": id_} for id_ in self._find(name, request)]},
            ("POST", "_search"): lambda name: {
                "hits": {"hits": [{"_id": str(id_)} for id_ in self._find(name, request)]}
            },
        }
        return calls[request.method, call]

    def _create_index(self, request: httpx.Request) -> object:
        self.indexes[json.loads(request.content)["uid"]] = {}
        return {"taskUid": 1}

    def _set(self, settings: dict[str, object]) -> object:
        self.settings |= settings
        return {"taskUid": 2}

    def _add(self, name: str, films: Iterator[dict[str, Any]]) -> object:
        self.indexes[name] |= {int(str(film["id"])): str(film["name"]) for film in films}
        return {"taskUid": 3}

    def _bulk(self, name: str, entries: Iterator[dict[str, Any]]) -> object:
        for action, film in zip(entries, entries, strict=True):
            self.indexes[name][int(action["index"]["_id"])] = str(film["name"])
        return {"errors": False}

    def _find(self, name: str, request: httpx.Request) -> list[int]:
        body = json.loads(request.content)
        text = body.get("q") or body["query"]["multi_match"]["query"]
        return [id_ for id_, title in self.indexes[name].items() if title == text]


def lines(request: httpx.Request) -> Iterator[dict[str, Any]]:
    return iter([json.loads(line) for line in request.content.splitlines()])


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_is_asked_all_queries_and_judged_by_what_it_finds(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peers.BATCH", 5)
    asked = measure(name, FakePeer().client(), CORPUS, FILMS)
    assert [outcome.query for outcome in asked.outcomes] == CORPUS.queries
    # Two films are named Dune: the second has half a score.
    assert sum(outcome.score for outcome in asked.outcomes) == len(FILMS) - 0.5
    assert report([asked]).tables[0].rows[0][:2] == (name, str(len(FILMS)))


@pytest.mark.parametrize("name", PEERS)
def test_a_film_that_the_corpus_does_not_have_is_not_what_was_meant(name: str) -> None:
    without = Corpus(FILMS[1:], [JudgedQuery("exact", ALIEN.name, (0,), By.LINE)])
    assert measure(name, FakePeer().client(), without, FILMS).outcomes[0].score == 0


@pytest.mark.parametrize("name", PEERS)
def test_its_index_is_removed_at_the_end(name: str) -> None:
    peer = FakePeer()
    measure(name, peer.client(), CORPUS, FILMS)
    assert peer.indexes == {}


@pytest.mark.parametrize(("name", "call"), [("meilisearch", "/search"), ("elasticsearch", "/_search")])
def test_its_index_is_removed_after_a_failure_too(name: str, call: str) -> None:
    peer = FakePeer(call)
    with pytest.raises(PeerAway, match=rf"{name} refuses POST .*{call}: 403 .*the key is missing"):
        measure(name, peer.client(), CORPUS, FILMS)
    assert peer.indexes == {}


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_that_does_not_answer_is_named(name: str) -> None:
    url = httpx.URL("http://somebody:secret-of-theirs@127.0.0.1:9")
    with connect(url) as client, pytest.raises(PeerAway, match=f"{name} does not answer") as raised:
        measure(name, client, CORPUS, FILMS)
    assert "secret-of-theirs" not in str(raised.value)


@pytest.mark.parametrize("name", PEERS)
def test_something_else_at_the_address_is_told(name: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>It works!</html>"))
    client = httpx.Client(base_url="http://peer", transport=transport)
    with pytest.raises(PeerAway, match=f"does not answer as {name} does"):
        measure(name, client, CORPUS, FILMS)


def test_meilisearch_keeps_its_own_rules_and_votes_decide_last() -> None:
    peer = FakePeer()
    measure("meilisearch", peer.client(), CORPUS, FILMS)
    assert peer.settings == {
        "searchableAttributes": ["name", "director", "year"],
        "rankingRules": ["words", "typo", "votes:desc"],
    }


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("solr=http://127.0.0.1:8983", "solr is not one of meilisearch, elasticsearch"),
        ("meilisearch", "wants an address"),
        ("meilisearch=127.0.0.1:7700", "wants an address"),
        ("elasticsearch=ftp://127.0.0.1", "wants an address"),
    ],
)
def test_a_peer_that_is_none_is_refused_with_the_reason(given: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_peer(given)


def test_a_password_alone_is_a_key() -> None:
    with connect(httpx.URL("http://:the-key@127.0.0.1:7700")) as client:
        assert client.headers["authorization"] == "Bearer the-key"
        assert client.base_url == httpx.URL("http://127.0.0.1:7700")

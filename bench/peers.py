"""Engines that are already running, beside Cinedex: the same films and the same queries, one by one over HTTP.

Each peer gets an index of its own name, which is removed at the end, and the query that a careful user of it
would write.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Protocol, TypeVar
from urllib.parse import quote_plus

import httpx
import msgspec
from httpx import codes

from cinedex.movies.models import NewMovie
from cinedex.search.evaluation.scoring import Outcome, table
from corpus import Corpus
from elasticsearch_peer import Elasticsearch
from engine import identity_key
from figures import PERCENTILES, Report, Table, milliseconds
from meilisearch_peer import Meilisearch
from over_http import SEARCH, cinedex

T = TypeVar("T")

BATCH = 10_000
_WARM_UP = 300
_SECONDS = 60


class Peer(Protocol):
    """An engine that is measured beside Cinedex; its calls raise httpx.HTTPError."""

    def create(self) -> None:
        """Make an index of its own, with the settings that a careful user gives it."""
        ...

    def add(self, ids: Sequence[int], films: Sequence[NewMovie]) -> None:
        """Send films."""
        ...

    def finish(self) -> None:
        """Return when all that was sent can be found."""
        ...

    def search(self, text: str) -> list[int]:
        """Return the ids of the ten best films."""
        ...

    def remove(self) -> None:
        """Remove the index."""
        ...


PEERS: dict[str, Callable[[httpx.Client], Peer]] = {
    "meilisearch": Meilisearch,
    "elasticsearch": Elasticsearch,
}


class PeerAway(SystemExit):
    """A peer does not answer, or refuses; the message says which and why."""


class Asked(msgspec.Struct, frozen=True):
    """What became of the queries with one engine."""

    name: str
    outcomes: Sequence[Outcome]


def read_peer(given: str) -> tuple[str, httpx.URL]:
    """Return name and address of a peer given as NAME=URL; raises ValueError with what is wrong."""
    name, _, address = given.partition("=")
    url = httpx.URL(address)
    if name not in PEERS:
        raise ValueError(f"{name} is not one of {', '.join(PEERS)}")
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"{name}=URL wants an address such as http://127.0.0.1:7700")
    return name, url


def require(engines: Sequence[tuple[str, httpx.URL]]) -> None:
    """Raise PeerAway for the first of the engines that does not answer at all."""
    for name, url in engines:
        with _in_clear_text(name), connect(url) as client:
            client.get("/")


def measure(name: str, client: httpx.Client, corpus: Corpus, films: Iterable[NewMovie]) -> Asked:
    """Load the films into a peer, ask it each query, and remove its index, whatever happens.

    Raises PeerAway.
    """
    with _in_clear_text(name):
        peer = PEERS[name](client)
        try:
            keys = _fill(peer, films)
            return Asked(name, _ask(peer.search, keys.__getitem__, corpus))
        finally:
            peer.remove()


def measure_cinedex(port: int, corpus: Corpus) -> Asked:
    """Ask a running Cinedex the same queries in the same way."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:

        def search(text: str) -> list[msgspec.Raw]:
            answer = client.get(SEARCH + quote_plus(text))
            # No film found is an answer too: 404, without films.
            if answer.status_code not in {codes.OK, codes.NOT_FOUND}:
                raise PeerAway(f"cinedex answers {answer.status_code} {answer.text}")
            return _ANSWER.decode(answer.content).movies

        return Asked("cinedex", _ask(search, identity_key, corpus))


def measure_all(
    data_dir: Path, engines: Sequence[tuple[str, httpx.URL]], corpus: Corpus, films: int
) -> list[Asked]:
    """Ask a served Cinedex, then each peer, one after another. Raises PeerAway."""
    with cinedex(data_dir) as (port, _):
        asked = [measure_cinedex(port, corpus)]
    for name, url in engines:
        with connect(url) as client:
            asked.append(measure(name, client, corpus, corpus.some(films)))
    return asked


def connect(url: httpx.URL) -> httpx.Client:
    """Return a client of the peer at this address, which may hold a user and password, or `:KEY@`."""
    if url.password and not url.username:
        headers = {"authorization": f"Bearer {url.password}"}
        return httpx.Client(base_url=url.copy_with(userinfo=b""), headers=headers, timeout=_SECONDS)
    return httpx.Client(base_url=url, timeout=_SECONDS)


def report(asked: Sequence[Asked]) -> Report:
    """Return the percentiles of each engine side by side, and how well it finds the films meant."""
    rows = [
        (
            one.name,
            f"{len(one.outcomes):,}",
            *milliseconds([outcome.seconds for outcome in one.outcomes]),
            f"{table(one.outcomes)[-1].score:.3f}",
        )
        for one in asked
    ]
    return Report([Table(("one by one over HTTP, ms", "queries", *PERCENTILES, "relevance"), rows)])


class _Answer(msgspec.Struct):
    movies: list[msgspec.Raw] = []


_ANSWER = msgspec.json.Decoder(_Answer)


@contextmanager
def _in_clear_text(name: str) -> Iterator[None]:
    """Turn what HTTP raises into a sentence that holds no address, since that may hold a password."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        refusal = f"{error.response.status_code} {error.response.text[:300]}"
        raise PeerAway(f"{name} refuses {error.request.method} {error.request.url.path}: {refusal}") from None
    except httpx.HTTPError as error:
        raise PeerAway(f"{name} does not answer: {error}") from None
    except (KeyError, TypeError, ValueError):
        raise PeerAway(f"{name} does not answer as {name} does; is the address right?") from None


def _fill(peer: Peer, films: Iterable[NewMovie]) -> list[str]:
    """Send the films, numbered from 0; return their identity keys by number."""
    peer.create()
    keys: list[str] = []
    remaining = iter(films)
    while batch := list(islice(remaining, BATCH)):
        peer.add(range(len(keys), len(keys) + len(batch)), batch)
        keys += [film.identity_key for film in batch]
    peer.finish()
    return keys


def _ask(search: Callable[[str], Sequence[T]], key_of: Callable[[T], str], corpus: Corpus) -> list[Outcome]:
    """Search for each query, one after another; `key_of` tells the identity key of what was found."""
    for query in corpus.queries[:_WARM_UP]:
        search(query.query)
    outcomes = []
    for query in corpus.queries:
        started = perf_counter()
        found = search(query.query)
        seconds = perf_counter() - started
        outcomes.append(corpus.judge(query, map(key_of, found), seconds))
    return outcomes

"""A search cluster beside the embedded engine: `python bench/search_cluster.py opensearch3 opensearch://host/bench …`.

What is named is one of the releases that tests use, of which a node is started, or a URL as CINEDEX_SEARCH_URL is
one, of an index that nobody needs: it is built anew. The words that nodes keep beside a cluster are those of the
embedded index, which holds the same terms.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter, thread_time

import msgspec
import uvloop

import catalogue
from cinedex.foundation.leading import FileLead
from cinedex.search.address import SearchAddress
from cinedex.search.engines.cluster.generations import ClusterIndex
from cinedex.search.engines.cluster.reader import ClusterEngine
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.engines.tantivy.word_list import TantivyWordList
from cinedex.search.evaluation.scoring import table
from cinedex.search.models import Found, SearchQuery
from cinedex.search.port import IndexUnavailable, SearchEngine
from cinedex.search.rebuild import Rebuilder
from cinedex.services import build_services
from cinedex.settings import Settings
from corpus import Corpus, default_films, read_corpus
from engine import identity_key
from figures import Table, milliseconds
from search_node import NAMES, running_node

_CLIENTS = 16
_WARM_UP = 3
_ROUNDS = 2


class Measured(msgspec.Struct, frozen=True):
    """What an engine found for each query, and how long that took: alone, and for many callers at once."""

    name: str
    found: Sequence[Found]
    seconds: Sequence[float]
    searches_a_second: float
    given_up: int
    """Of those searches, the ones that took more than a second."""
    own_seconds: float
    """Of this process's processor, for each search."""


def main() -> None:
    corpus = read_corpus(default_films())
    with ExitStack() as stack:
        data_dir = stack.enter_context(catalogue.data_folder())
        urls = [
            stack.enter_context(running_node(name)) if name in NAMES else name
            for name in sys.argv[1:] or ["opensearch3"]
        ]
        addresses = [SearchAddress.parse(url) for url in urls]
        films = catalogue.fill(data_dir, corpus.films).films
        measured = uvloop.run(_measure(data_dir, corpus, addresses))
    print(f"{films:,} films, {len(corpus.queries):,} queries\n\n{_table(corpus, measured).markdown()}")


async def _measure(data_dir: Path, corpus: Corpus, addresses: Sequence[SearchAddress]) -> list[Measured]:
    texts = [query.query for query in corpus.queries]
    words = Settings(data_dir=data_dir).index_dir
    embedded = TantivyEngine(words)
    measured = [await _ask("embedded", embedded, texts)]
    for address in addresses:
        cluster = Cluster(address)
        index = ClusterIndex(cluster, FileLead(data_dir / "build.lock"))
        services = build_services(Settings(data_dir=data_dir))
        await Rebuilder(services.database, services.movies, index).rebuild()
        await services.close()
        for kind, directory in (("", words), (", no words", data_dir / "nothing")):
            engine = ClusterEngine(cluster, TantivyWordList(directory))
            measured.append(await _ask(f"{address.product}{kind}", engine, texts))
        await cluster.close()
    return measured


async def _ask(name: str, engine: SearchEngine, texts: Sequence[str]) -> Measured:
    for text in list(texts) * _WARM_UP:
        await engine.search(SearchQuery(text))
    found, seconds = [], []
    own = thread_time()
    for text in texts:
        started = perf_counter()
        found.append(await engine.search(SearchQuery(text)))
        seconds.append(perf_counter() - started)
    own = thread_time() - own
    waiting = iter(list(texts) * _ROUNDS)
    given_up = 0

    async def caller() -> None:
        nonlocal given_up
        for text in waiting:
            try:
                await engine.search(SearchQuery(text))
            except IndexUnavailable:
                given_up += 1

    started = perf_counter()
    await asyncio.gather(*(caller() for _ in range(_CLIENTS)))
    each_second = (_ROUNDS * len(texts) - given_up) / (perf_counter() - started)
    return Measured(name, found, seconds, each_second, given_up, own / len(texts))


def _table(corpus: Corpus, measured: Sequence[Measured]) -> Table:
    header = (
        "",
        "macro",
        "p50 ms",
        "p95",
        "p99",
        f"searches/s, {_CLIENTS} callers",
        "given up",
        "own CPU ms",
    )
    first = measured[0]
    rows = []
    for one in measured:
        keys = [[identity_key(hit.answer) for hit in found.hits] for found in one.found]
        outcomes = [
            corpus.judge(query, found, seconds)
            for query, found, seconds in zip(corpus.queries, keys, one.seconds, strict=True)
        ]
        times = milliseconds(one.seconds)[:3]
        rows.append(
            (
                one.name,
                f"{table(outcomes)[-1].score:.4f}",
                *times,
                f"{one.searches_a_second:,.0f}",
                f"{one.given_up}",
                f"{one.own_seconds * 1000:.2f}",
                *(_alike(one, other) for other in measured),
                f"{_first_alike(one, first):.3f}",
            )
        )
    return Table((*header, *(f"lists as {one.name}" for one in measured), "first as embedded"), rows)


def _alike(one: Measured, other: Measured) -> str:
    """Return the share of queries for which two engines gave the same films in the same order."""
    pairs = list(zip(one.found, other.found, strict=True))
    same = sum([hit.id for hit in a.hits] == [hit.id for hit in b.hits] for a, b in pairs)
    return f"{same / len(pairs):.3f}"


def _first_alike(one: Measured, other: Measured) -> float:
    pairs = list(zip(one.found, other.found, strict=True))
    return sum([hit.id for hit in a.hits[:1]] == [hit.id for hit in b.hits[:1]] for a, b in pairs) / len(
        pairs
    )


if __name__ == "__main__":
    main()

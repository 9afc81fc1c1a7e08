"""An index in a real search node: one node for all tests of a run, and an index name for each test."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from cinedex.search.address import Host, Product, SearchAddress
from cinedex.search.analysis import words_of
from cinedex.search.engines.cluster import schema
from cinedex.search.engines.cluster.generations import ClusterIndex
from cinedex.search.engines.cluster.reader import ClusterEngine
from cinedex.search.engines.cluster.schema import Key
from cinedex.search.engines.cluster.transport import Cluster, Refused
from cinedex.search.models import Found, Hit, SearchQuery
from cinedex.search.port import IndexUnavailable, SearchEngine, SearchIndex
from cinedex.search.standing import id_of
from servers.search_home import RELEASES
from servers.search_node import search_node

_NODES = "CINEDEX_TEST_SEARCH_NODES"
_PATIENCE_SECONDS = 60


def nodes_under_test() -> Sequence[str]:
    """Return the releases that are tested: the newest of each product, or those that the variable names, or all."""
    named = os.environ.get(_NODES, "opensearch3,elasticsearch9")
    return list(RELEASES) if named == "all" else [name.strip() for name in named.split(",") if name.strip()]


class ClusterPlace:
    keeps_second_writers_out = False

    def __init__(self, release: str, directory: Path, run_folder: Path) -> None:
        self._node = search_node(release, run_folder)
        self._lock = directory / "build.lock"
        self.address = SearchAddress(
            Product(RELEASES[release].product),
            (Host("127.0.0.1", self._node.port),),
            name=f"t{uuid4().hex[:12]}",
        )
        self._clusters: dict[asyncio.AbstractEventLoop, Cluster] = {}

    @property
    def cluster(self) -> Cluster:
        """The connections of the event loop that asks."""
        loop = asyncio.get_running_loop()
        return self._clusters.setdefault(loop, Cluster(self.address))

    def index(self) -> SearchIndex:
        return ClusterIndex(self.cluster, self._lock)

    def engine(self) -> SearchEngine:
        return ByWords(self.cluster)

    async def generations(self) -> set[str]:
        return set(await self.cluster.load("GET", f"/{self.address.name}-v*/_alias?expand_wildcards=all"))

    async def damage(self, generation: str) -> None:
        settings = await self.cluster.load("GET", f"/{generation}/_settings")
        uuid = settings[generation]["settings"]["index"]["uuid"]
        await self.cluster.load("POST", f"/{generation}/_flush?force=true")
        await self.cluster.load("POST", f"/{generation}/_close")
        _cut_files(Path(self._node.folder), uuid)
        await self.cluster.load("POST", f"/{generation}/_open?wait_for_active_shards=0")
        await self._until_given_up(generation)

    async def _until_given_up(self, generation: str) -> None:
        """Wait until the node has tried to open a generation as often as it will."""
        asked = {"index": generation, "shard": 0, "primary": True}
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                told = await self.cluster.load("POST", "/_cluster/allocation/explain", asked)
                if told.get("can_allocate") == "no_valid_shard_copy":
                    return
                await asyncio.sleep(0.05)

    def raise_schema_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)

    async def remove(self) -> None:
        if names := await self.generations():
            await self.cluster.load("DELETE", f"/{','.join(names)}")

    async def close(self) -> None:
        if cluster := self._clusters.pop(asyncio.get_running_loop(), None):
            await cluster.close()


def _cut_files(node: Path, uuid: str) -> None:
    [folder] = node.glob(f"data/**/indices/{uuid}/0/index")
    for file in folder.iterdir():
        if file.suffix in {".cfs", ".si"}:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


class ByWords(ClusterEngine):
    """Finds films that have each word of a text, or one that begins so: enough to see what was written."""

    async def search(self, query: SearchQuery) -> Found:
        mark = await self.mark()
        must = [
            {"bool": {"should": [{"term": {"w": word}}, {"term": {"k": Key.EDGE + word}}]}}
            for word in words_of(query.text)
        ]
        body = {
            "query": {"bool": {"filter": must}},
            "size": query.limit,
            "sort": [{"o": "desc"}],
            "_source": False,
            "stored_fields": ["a"],
        }
        try:
            answer = await self._cluster.read("POST", f"/{mark.generation}/_search", body)
        except Refused as refusal:
            raise IndexUnavailable(str(refusal)) from refusal
        hits = answer["hits"]["hits"]
        films = [
            Hit(id_of(hit["sort"][0]), hit["fields"]["a"][0].partition("\n")[2].encode()) for hit in hits
        ]
        return Found(films, is_strong=True)

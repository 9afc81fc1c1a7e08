"""An index in a real search node: one node for all tests of a run, and an index name for each test."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from cinedex.foundation.leading import FileLead
from cinedex.search.address import Host, Product, SearchAddress
from cinedex.search.engines.cluster import schema
from cinedex.search.engines.cluster.generations import ClusterIndex
from cinedex.search.engines.cluster.reader import ClusterEngine
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.engines.tantivy.word_list import TantivyWordList
from cinedex.search.port import SearchEngine, SearchIndex
from servers.search_home import RELEASES
from servers.search_node import search_node

_NODES = "CINEDEX_TEST_SEARCH_NODES"
_PATIENCE_SECONDS = 60


def nodes_under_test() -> Sequence[str]:
    """Return the releases that are tested: the newest of each product, or those that the variable names, or all."""
    named = os.environ.get(_NODES, "opensearch3,elasticsearch9")
    return list(RELEASES) if named == "all" else [name.strip() for name in named.split(",") if name.strip()]


class ClusterPlace:
    """Searches with the list of words in `words`; without any as long as that is empty."""

    keeps_second_writers_out = False

    mark_seconds = 0.02

    def __init__(self, release: str, directory: Path, run_folder: Path) -> None:
        self._node = search_node(release, run_folder)
        self._lock, self.words = directory / "build.lock", directory / "words"
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
        return ClusterIndex(self.cluster, FileLead(self._lock))

    def engine(self) -> SearchEngine:
        return ClusterEngine(self.cluster, TantivyWordList(self.words))

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

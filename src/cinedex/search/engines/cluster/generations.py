"""The generations of the index in a cluster: one index each, and an alias that names the live one."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from cinedex.foundation.leading import Lead
from cinedex.search.build_lock import BuildLock
from cinedex.search.engines.cluster.names import generation_name, is_readable, number_of, writer_alias
from cinedex.search.engines.cluster.schema import Origin, index_body
from cinedex.search.engines.cluster.transport import Cluster, Refused
from cinedex.search.engines.cluster.writer import ClusterWriter, read_position
from cinedex.search.models import Mark
from cinedex.search.port import IndexDamaged, IndexStatus, IndexUnavailable
from cinedex.search.standing import Tiers

_NOT_FOUND = 404
_PAGE = 5_000
_LIVE_SECONDS = 0.5
_MOVIES = {"exists": {"field": "id"}}
# Half an answer, from the shards that can be read, is none.
_WHOLE = "allow_partial_search_results=false"


class ClusterIndex:
    """The write side of the index in a cluster; see `port.SearchIndex`.

    `builds` is what one of all processes that share the cluster can hold: one rebuild runs at a time.
    """

    def __init__(self, cluster: Cluster, builds: Lead) -> None:
        self._cluster = cluster
        self._alias = cluster.address.name
        self._build_lock = BuildLock(builds)
        self._replaced: str | None = None
        self._live: str | None = None
        self._live_until = 0.0

    async def open_live(self, catalogue_uid: str) -> ClusterWriter | None:
        """Open the live generation for writing, None when there is none that fits; see the port."""
        name = await self.live_generation()
        if name is None or not is_readable(self._alias, name):
            return None
        origin = await self._origin(name)
        if origin is None or origin.catalogue_uid != catalogue_uid:
            return None
        try:
            return ClusterWriter(self._cluster, name, await read_position(self._cluster, name), origin.tiers)
        except IndexUnavailable as error:
            if await self._is_broken(name):
                raise IndexDamaged(f"no node can open {name} any more") from error
            raise

    async def live_generation(self) -> str | None:
        """Return the name of the live generation, None when there is none."""
        return _live_of(await self._generations(), self._alias)

    async def is_live(self, generation: str) -> bool:
        """Say whether a generation is the live one, and its index is there; that it is may be half a second old.

        A follower asks twenty times a second.
        """
        now = asyncio.get_running_loop().time()
        if generation != self._live or now > self._live_until:
            self._live = await self.live_generation()
            self._live_until = now + _LIVE_SECONDS
        return generation == self._live

    async def create(self, catalogue_uid: str, tiers: Tiers) -> ClusterWriter:
        """Begin a new generation; raises IndexUnavailable while another one is being built."""
        await self._build_lock.acquire()
        try:
            generations = await self._generations()
            numbers = self._numbers(generations)
            # Newer than the live one: what a killed build left.
            self._replaced = _live_of(generations, self._alias)
            live = numbers.get(self._replaced or "", -1)
            await self._remove([name for name, number in numbers.items() if number > live])
            name = generation_name(self._alias, max(numbers.values(), default=0) + 1)
            body = index_body(Origin(catalogue_uid, tiers), writer_alias(name))
            await self._cluster.load("PUT", f"/{name}", body)
            return ClusterWriter(self._cluster, name, 0, tiers, is_build=True)
        except BaseException:
            await self._build_lock.release()
            raise

    async def publish(self, generation: str) -> None:
        """Make a finished generation the live one, and keep the one before it.

        Raises IndexUnavailable, and changes nothing, when somebody else has published one since it was begun.
        """
        self._build_lock.check()
        await self._point_alias(self._replaced, generation)
        # What stays behind now is removed by the next one; who builds the same number at the same time learns at
        # its own publication that it comes too late.
        with suppress(IndexUnavailable):
            numbers = self._numbers(await self._generations())
            older = [name for name, number in numbers.items() if number < numbers[generation]]
            await self._remove([name for name in older if name != self._replaced])
        await self._build_lock.release()

    async def discard(self, generation: str) -> None:
        """Give up a generation that was begun; see the port."""
        try:
            if generation != await self.live_generation():
                await self._remove([generation])
        finally:
            await self._build_lock.release()

    async def digests(self, generation: str | None = None) -> Mapping[int, int]:
        """Return the digest of each movie in a generation, by id."""
        name = generation or await self.live_generation()
        if name is None or not is_readable(self._alias, name):
            return {}
        body = {
            "query": _MOVIES,
            "size": _PAGE,
            "sort": [{"id": "asc"}],
            "_source": False,
            "docvalue_fields": ["digest"],
            "track_total_hits": False,
        }
        path = f"/{name}/_search?{_WHOLE}&filter_path=hits.hits.sort,hits.hits.fields"
        digests: dict[int, int] = {}
        while True:
            answer = await self._cluster.load("POST", path, body)
            hits = answer.get("hits", {}).get("hits", [])
            digests |= {hit["sort"][0]: hit["fields"]["digest"][0] for hit in hits}
            if len(hits) < _PAGE:
                return digests
            body["search_after"] = hits[-1]["sort"]

    async def count(self, generation: str) -> int:
        """Return how many movies a generation holds."""
        body = {"query": _MOVIES, "size": 0, "track_total_hits": True}
        answer = await self._cluster.load("POST", f"/{generation}/_search?{_WHOLE}", body)
        return int(answer["hits"]["total"]["value"])

    async def status(self) -> IndexStatus | None:
        """Return the live generation in figures, None when there is none that can be read."""
        name = await self.live_generation()
        if name is None or not is_readable(self._alias, name):
            return None
        position = await read_position(self._cluster, name)
        movies = await self.count(name)
        answer = await self._cluster.load("GET", f"/{name}/_stats/docs,segments,store")
        figures = answer["_all"]["primaries"]
        kept, deleted = figures["docs"]["count"], figures["docs"]["deleted"]
        return IndexStatus(
            mark=Mark(name, position),
            movies=movies,
            segments=figures["segments"]["count"],
            deleted_share=deleted / (kept + deleted) if deleted else 0.0,
            size_bytes=figures["store"]["size_in_bytes"],
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._cluster.close()

    async def _generations(self) -> dict[str, frozenset[str]]:
        """Return all generations, of any schema, and the aliases of each."""
        answer = await self._cluster.load("GET", f"/{self._alias}-v*/_alias?expand_wildcards=all")
        return {
            name: frozenset(told["aliases"])
            for name, told in answer.items()
            if number_of(self._alias, name) is not None
        }

    def _numbers(self, generations: Iterable[str]) -> dict[str, int]:
        return {name: number_of(self._alias, name) or 0 for name in generations}

    async def _point_alias(self, previous: str | None, generation: str) -> None:
        """Move the alias from the live generation to another: both at once, or not at all."""
        # An alias has one index to write to, so that of two that come first one is refused.
        actions: list[dict[str, Any]] = [
            {"add": {"alias": self._alias, "index": generation, "is_write_index": True}}
        ]
        if previous is not None:
            actions.insert(0, {"remove": {"alias": self._alias, "index": previous, "must_exist": True}})
        try:
            await self._cluster.load("POST", "/_aliases", {"actions": actions})
        except Refused as refusal:
            # A call that was answered too late may have been made twice.
            live = await self.live_generation()
            if live == generation:
                return
            if live != previous:
                raise IndexUnavailable(f"{live} was published meanwhile, by another rebuild") from refusal
            raise

    async def _remove(self, generations: list[str]) -> None:
        if generations:
            await self._cluster.load("DELETE", f"/{','.join(generations)}?ignore_unavailable=true")

    async def _origin(self, generation: str) -> Origin | None:
        answer = await self._cluster.load("GET", f"/{generation}/_mapping")
        try:
            return msgspec.convert(answer[generation]["mappings"].get("_meta"), Origin)
        except msgspec.ValidationError:
            return None

    async def _is_broken(self, generation: str) -> bool:
        """Say whether the copies of a generation that there are cannot be read, rather than are away."""
        asked = {"index": generation, "shard": 0, "primary": True}
        answer = await self._cluster.load("POST", "/_cluster/allocation/explain", asked)
        copies = [node.get("store", {}) for node in answer.get("node_allocation_decisions", [])]
        is_lost = answer.get("can_allocate") == "no_valid_shard_copy"
        return is_lost and any("store_exception" in copy for copy in copies)


def _live_of(generations: Mapping[str, frozenset[str]], alias: str) -> str | None:
    return max((name for name, aliases in generations.items() if alias in aliases), default=None)

"""One generation open for writing: documents with the outbox position as their version, then the position.

What is staged waits here until the commit, whose position is its version; a build, which nobody searches yet, is
sent as it comes. An older position cannot undo a newer one, whoever writes late.
"""

from collections.abc import Sequence

from cinedex.search.engines.cluster import bulk
from cinedex.search.engines.cluster.documents import DELETED, movie_document
from cinedex.search.engines.cluster.names import writer_alias
from cinedex.search.engines.cluster.schema import POSITION
from cinedex.search.engines.cluster.transport import Cluster, Refused
from cinedex.search.models import Mark, MovieDocument
from cinedex.search.port import DocumentRefused, IndexUnavailable
from cinedex.search.standing import Tiers

_MOST_STAGED = 2_000
_CONFLICT, _NOT_FOUND = 409, 404


class ClusterWriter:
    """Writes one generation, which holds `position`."""

    def __init__(
        self, cluster: Cluster, generation: str, position: int, tiers: Tiers, *, is_build: bool = False
    ) -> None:
        self._cluster = cluster
        self._tiers = tiers
        self._generation = generation
        self._position = position
        self._is_build = is_build
        self._staged: dict[int, bytes] = {}
        self._refused: dict[int, str] = {}
        self._has_hidden = False

    @property
    def mark(self) -> Mark:
        """The generation, and the position that its last commit stored."""
        return Mark(self._generation, self._position)

    @property
    def sets_aside(self) -> bool:
        """Whether the outbox tells which films it cannot take."""
        return True

    async def stage(self, upserts: Sequence[MovieDocument], deletes: Sequence[int]) -> None:
        """Add to what the next `commit` will change; see the port."""
        documents = dict.fromkeys(deletes, DELETED)
        for movie in upserts:
            try:
                documents[movie.id] = movie_document(movie, self._tiers)
            except ValueError as error:
                raise DocumentRefused(movie.id, str(error)) from error
        self._staged |= documents
        if self._is_build and len(self._staged) >= _MOST_STAGED:
            await self._send(self._position)

    async def commit(self, position: int) -> None:
        """Make all that was staged durable and visible, then the position; see the port."""
        await self._send(position)
        if self._has_hidden:
            await refresh(self._cluster, self._generation)
            self._has_hidden = False
        await self._store(position)
        self._position = position

    async def close(self) -> None:
        """Forget what was not committed."""
        self._staged.clear()

    async def _send(self, version: int) -> None:
        """Send all that is staged; raises DocumentRefused for each that is refused, one at a time."""
        if self._staged:
            self._has_hidden = True
            self._refused |= await bulk.write(
                self._cluster, writer_alias(self._generation), self._staged, version
            )
            self._staged = {}
        if self._refused:
            movie_id, reason = self._refused.popitem()
            raise DocumentRefused(movie_id, reason)

    async def _store(self, position: int) -> None:
        path = (
            f"/{writer_alias(self._generation)}/_doc/{POSITION}"
            f"?version={position}&version_type=external_gte&require_alias=true"
        )
        try:
            await self._cluster.load("PUT", path, {})
        except Refused as refusal:
            if refusal.status != _CONFLICT:
                raise
            raise IndexUnavailable(f"another writer is ahead of position {position}") from refusal


async def read_position(cluster: Cluster, generation: str) -> int:
    """Return the outbox position that a generation holds, 0 for a new one. Raises Refused, IndexUnavailable."""
    try:
        answer = await cluster.load("GET", f"/{generation}/_doc/{POSITION}?_source=false")
    except Refused as refusal:
        if refusal.status == _NOT_FOUND and refusal.kind == "error":
            return 0
        raise
    return int(answer["_version"])


async def refresh(cluster: Cluster, generation: str) -> None:
    """Show all that was written to a generation. Raises IndexUnavailable."""
    answer = await cluster.load("POST", f"/{generation}/_refresh")
    if answer["_shards"]["failed"]:
        raise IndexUnavailable("a shard does not show what was written to it")

"""An index that fails when told to, around a real one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from cinedex.search.models import Mark, MovieDocument
from cinedex.search.port import DocumentRefused, IndexStatus, IndexUnavailable, IndexWriter, SearchIndex
from cinedex.search.standing import Tiers

Fault = Literal["stage", "commit", "after commit"]


class Faults:
    """What goes wrong: the next step named in `pending`, once, and films whose names are in `refused`."""

    def __init__(self, pending: Fault | None = None) -> None:
        self.pending = pending
        self.refused: set[str] = set()

    def strike(self, step: Fault) -> None:
        if self.pending == step:
            self.pending = None
            raise IndexUnavailable(f"told to fail: {step}")

    def check(self, documents: Iterable[MovieDocument]) -> None:
        for document in documents:
            if document.name in self.refused:
                raise DocumentRefused(document.id, "told to refuse it")


class FaultyWriter:
    def __init__(self, writer: IndexWriter, faults: Faults) -> None:
        self._writer = writer
        self._faults = faults

    @property
    def mark(self) -> Mark:
        return self._writer.mark

    async def stage(self, upserts: Sequence[MovieDocument], deletes: Sequence[int]) -> None:
        self._faults.check(upserts)
        await self._writer.stage(upserts, deletes)
        # Half of a stage may be done when it fails.
        self._faults.strike("stage")

    async def commit(self, position: int) -> None:
        self._faults.strike("commit")
        await self._writer.commit(position)
        self._faults.strike("after commit")

    async def close(self) -> None:
        await self._writer.close()


class FaultyIndex:
    def __init__(self, index: SearchIndex, faults: Faults) -> None:
        self._index = index
        self._faults = faults

    async def open_live(self, catalogue_uid: str) -> IndexWriter | None:
        writer = await self._index.open_live(catalogue_uid)
        return None if writer is None else FaultyWriter(writer, self._faults)

    def live_generation(self) -> str | None:
        return self._index.live_generation()

    def is_live(self, generation: str) -> bool:
        return self._index.is_live(generation)

    async def create(self, catalogue_uid: str, tiers: Tiers) -> IndexWriter:
        return FaultyWriter(await self._index.create(catalogue_uid, tiers), self._faults)

    async def publish(self, generation: str) -> None:
        await self._index.publish(generation)

    async def discard(self, generation: str) -> None:
        await self._index.discard(generation)

    async def digests(self, generation: str | None = None) -> Mapping[int, int]:
        return await self._index.digests(generation)

    async def status(self) -> IndexStatus | None:
        return await self._index.status()

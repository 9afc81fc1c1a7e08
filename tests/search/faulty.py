"""An index that fails when told to, around a real one: its write side, and its read side."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from cinedex.search.models import Found, Listing, Mark, MovieDocument, Page, SearchQuery, Suggestion
from cinedex.search.port import (
    DocumentRefused,
    IndexStatus,
    IndexUnavailable,
    IndexWriter,
    SearchEngine,
    SearchIndex,
)
from cinedex.search.standing import Tiers
from cinedex.services import Services

Fault = Literal["stage", "commit", "after commit"]


class Faults:
    """What goes wrong: the next step named in `pending`, once, and films of these names.

    Films in `refused` are refused when they are staged, those in `refused_late` by the commit.
    """

    def __init__(self, pending: Fault | None = None) -> None:
        self.pending = pending
        self.refused: set[str] = set()
        self.refused_late: set[str] = set()

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
        self._late: list[MovieDocument] = []

    @property
    def mark(self) -> Mark:
        return self._writer.mark

    @property
    def sets_aside(self) -> bool:
        return self._writer.sets_aside

    async def stage(self, upserts: Sequence[MovieDocument], deletes: Sequence[int]) -> None:
        self._faults.check(upserts)
        taken = [one for one in upserts if one.name not in self._faults.refused_late]
        self._late += [one for one in upserts if one.name in self._faults.refused_late]
        await self._writer.stage(taken, deletes)
        # Half of a stage may be done when it fails.
        self._faults.strike("stage")

    async def commit(self, position: int) -> None:
        self._faults.strike("commit")
        if self._late:
            raise DocumentRefused(self._late.pop().id, "told to refuse it late")
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

    async def live_generation(self) -> str | None:
        return await self._index.live_generation()

    async def is_live(self, generation: str) -> bool:
        return await self._index.is_live(generation)

    async def create(self, catalogue_uid: str, tiers: Tiers) -> IndexWriter:
        return FaultyWriter(await self._index.create(catalogue_uid, tiers), self._faults)

    async def publish(self, generation: str) -> None:
        await self._index.publish(generation)

    async def discard(self, generation: str) -> None:
        await self._index.discard(generation)

    async def digests(self, generation: str | None = None) -> Mapping[int, int]:
        return await self._index.digests(generation)

    async def count(self, generation: str) -> int:
        return await self._index.count(generation)

    async def status(self) -> IndexStatus | None:
        return await self._index.status()

    async def close(self) -> None:
        await self._index.close()


class CountingEngine:
    """A real index that counts how often it is searched, and can fail."""

    def __init__(self, services: Services) -> None:
        self._engine: SearchEngine = services.search._engine  # noqa: SLF001 -- no other way in
        self.searches = 0
        self.fails_to: Literal["mark", "search"] | None = None

    async def mark(self) -> Mark:
        if self.fails_to == "mark":
            raise IndexUnavailable("told to fail")
        return await self._engine.mark()

    async def search(self, query: SearchQuery) -> Found:
        self._note()
        return await self._engine.search(query)

    async def list(self, listing: Listing) -> Page:
        self._note()
        return await self._engine.list(listing)

    async def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        self._note()
        return await self._engine.suggest(text, limit)

    async def genres(self) -> Sequence[str]:
        return await self._engine.genres()

    def close(self) -> None:
        self._engine.close()

    def _note(self) -> None:
        self.searches += 1
        if self.fails_to == "search":
            raise IndexUnavailable("told to fail")

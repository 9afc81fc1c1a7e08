"""The generations of the index on disk: one directory each, and a file that names the live one.

    index/CURRENT              the name of the live generation
    index/v1-000002-5e0c91d7/  a generation: Tantivy's files, and whose it is in generation.json
    index/build.lock           held while a generation is being built

The number behind the `v` is the version of the schema; a program with another version does not read it. The last
part is drawn by lot: a cache that several catalogues share, or that outlives an index, tells generations apart by
their names.
"""

import asyncio
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import tantivy

from cinedex.foundation.leading import FileLead
from cinedex.search.build_lock import BuildLock
from cinedex.search.engines.tantivy import schema
from cinedex.search.engines.tantivy.intact import damaged_file
from cinedex.search.engines.tantivy.writer import TantivyWriter, errors_as, read_state
from cinedex.search.models import Mark
from cinedex.search.port import IndexDamaged, IndexStatus, IndexUnavailable
from cinedex.search.standing import Tiers

# Generations of older programs have no lot; such a one is replaced, and removed.
_NAME = re.compile(r"v(?P<version>\d+)-(?P<number>\d{6,})(?:-(?P<lot>[0-9a-f]{8}))?")
FIRST_LOOK_SECONDS, LOOK_SECONDS = 10.0, 300.0
"""When a follower reads through the files of the index, after its start and from then on."""

_MOVIES = tantivy.Query.exists_query("id")


class _Origin(msgspec.Struct):
    """Whose films a generation holds, and which of them count as famous and as known."""

    catalogue_uid: str
    tiers: Tiers


class TantivyIndex:
    """The write side of the index in one directory; see `port.SearchIndex`."""

    _opens = TantivyWriter

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._look_at: float | None = None
        self._damaged: str | None = None
        self._build_lock = BuildLock(FileLead(directory / "build.lock"))

    async def open_live(self, catalogue_uid: str) -> TantivyWriter | None:
        """Open the live generation for writing, None when there is none that fits; see the port."""
        name = await self.live_generation()
        if name is None or not is_readable(name):
            return None
        origin = self._origin(name)
        if origin is None or origin.catalogue_uid != catalogue_uid:
            return None
        if name == self._damaged:
            raise IndexDamaged(f"files of {name} are not as they were written")
        return self._opens(self._directory / name, origin.tiers)

    async def live_generation(self) -> str | None:
        """Return the name of the live generation, None when there is none."""
        return read_current(self._directory)

    async def is_live(self, generation: str) -> bool:
        """Say whether a generation is the live one, and its files are there, and intact when they were last read.

        They are read now and then: a follower asks twenty times a second.
        """
        directory = self._directory / generation
        if generation != read_current(self._directory) or not (directory / "meta.json").exists():
            return False
        now = asyncio.get_running_loop().time()
        if self._look_at is None:
            # Nobody who starts should wait for it.
            self._look_at = now + FIRST_LOOK_SECONDS
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            if await asyncio.to_thread(damaged_file, directory):
                self._damaged = generation
        return generation != self._damaged

    async def create(self, catalogue_uid: str, tiers: Tiers) -> TantivyWriter:
        """Begin a new generation; raises IndexUnavailable while another one is being built."""
        await self._build_lock.acquire()
        try:
            self._remove_unfinished()
            # Never the number of the live one again, though its directory may be gone.
            live = _NAME.fullmatch(await self.live_generation() or "")
            taken = [int(match["number"]) for match in (*self._names(), *([live] if live else []))]
            number = max(taken, default=0) + 1
            directory = self._directory / f"v{schema.VERSION}-{number:06d}-{secrets.token_hex(4)}"
            directory.mkdir()
            origin = msgspec.json.encode(_Origin(catalogue_uid, tiers))
            (directory / "generation.json").write_bytes(origin)
            return self._opens(directory, tiers, create=True)
        except BaseException:
            await self._build_lock.release()
            raise

    async def publish(self, generation: str) -> None:
        """Make a finished generation the live one, and keep the one before it."""
        previous = await self.live_generation()
        _write_durably(self._directory / "CURRENT", generation)
        for match in self._names():
            if match[0] not in {generation, previous}:
                shutil.rmtree(self._directory / match[0], ignore_errors=True)
        await self._build_lock.release()

    async def discard(self, generation: str) -> None:
        """Give up a generation that was begun; see the port."""
        if generation != await self.live_generation():
            shutil.rmtree(self._directory / generation, ignore_errors=True)
        await self._build_lock.release()

    async def digests(self, generation: str | None = None) -> Mapping[int, int]:
        """Return the digest of each movie in a generation, by id."""
        name = generation or await self.live_generation()
        if name is None or not is_readable(name):
            return {}
        with errors_as(IndexUnavailable):
            searcher = _searcher(self._directory / name)
            hits = searcher.search(_MOVIES, max(1, searcher.num_docs), count=False).hits
            addresses = [address for _, address in hits]
            ids, digests = (searcher.fast_field_values(field, addresses) for field in ("id", "digest"))
        return {int(id_ or 0): int(digest or 0) for id_, digest in zip(ids, digests, strict=True)}

    async def count(self, generation: str) -> int:
        """Return how many movies a generation holds."""
        with errors_as(IndexUnavailable):
            return _count(_searcher(self._directory / generation))

    async def status(self) -> IndexStatus | None:
        """Return the live generation in figures, None when there is none that can be read."""
        name = await self.live_generation()
        if name is None or not is_readable(name):
            return None
        with errors_as(IndexUnavailable):
            searcher = _searcher(self._directory / name)
            position, movies = read_state(searcher).position, _count(searcher)
        segments = msgspec.json.decode((self._directory / name / "meta.json").read_bytes())["segments"]
        documents = sum(segment["max_doc"] for segment in segments)
        deleted = sum(
            (segment["deletes"] or {"num_deleted_docs": 0})["num_deleted_docs"] for segment in segments
        )
        return IndexStatus(
            mark=Mark(name, position),
            movies=movies,
            segments=searcher.num_segments,
            deleted_share=deleted / documents if documents else 0.0,
            size_bytes=_size_of(self._directory / name),
        )

    async def close(self) -> None:
        """Nothing is open between two calls."""

    def _origin(self, name: str) -> _Origin | None:
        try:
            return msgspec.json.decode(
                (self._directory / name / "generation.json").read_bytes(), type=_Origin
            )
        except (OSError, msgspec.DecodeError):
            return None

    def _names(self) -> list[re.Match[str]]:
        return [match for path in self._directory.iterdir() if (match := _NAME.fullmatch(path.name))]

    def _remove_unfinished(self) -> None:
        """Remove what a builder left that was killed: generations newer than the live one."""
        live = _NAME.fullmatch(read_current(self._directory) or "")
        for match in self._names():
            if live is None or int(match["number"]) > int(live["number"]):
                shutil.rmtree(self._directory / match[0], ignore_errors=True)


def read_current(directory: Path) -> str | None:
    """Return the name of the live generation in an index directory, None when there is none."""
    try:
        return (directory / "CURRENT").read_text().strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def is_readable(generation: str) -> bool:
    """Say whether this program reads generations of this name's schema version."""
    match = _NAME.fullmatch(generation)
    return match is not None and match["lot"] is not None and int(match["version"]) == schema.VERSION


def _searcher(generation: Path) -> tantivy.Searcher:
    return schema.open_index(str(generation), schema.build_schema()).searcher()


def _count(searcher: tantivy.Searcher) -> int:
    # Words are documents too, so these are counted by a query.
    found: Any = searcher.search(_MOVIES, 1)  # the stubs leave the count out
    return int(found.count)


def _size_of(directory: Path) -> int:
    size = 0
    for file in directory.iterdir():
        # A writer that merges segments removes files meanwhile.
        with suppress(FileNotFoundError):
            size += file.stat().st_size
    return size


def _write_durably(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

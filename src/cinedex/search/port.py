"""What an index must be able to do, whichever engine keeps it: the read side, and the write side."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from cinedex.search.models import Found, Listing, Mark, MovieDocument, Page, SearchQuery, Suggestion
from cinedex.search.standing import Tiers


class IndexUnavailable(Exception):
    """The index cannot be read or written now; trying again may help."""


class IndexDamaged(IndexUnavailable):
    """A generation cannot be read any more; another one must be built."""


class DocumentRefused(Exception):
    """The index cannot take this one document, now or later; it was not written."""

    def __init__(self, movie_id: int, reason: str) -> None:
        super().__init__(f"movie {movie_id}: {reason}")
        self.movie_id = movie_id
        self.reason = reason


class IndexStatus(msgspec.Struct, frozen=True):
    """The live generation in figures."""

    mark: Mark
    movies: int
    segments: int
    deleted_share: float
    size_bytes: int


class SearchEngine(Protocol):
    """The read side: one for each process that answers searches."""

    async def mark(self) -> Mark:
        """Return where the index stands now; what is searched next is no older. Raises IndexUnavailable.

        A shared engine may tell where it stood some milliseconds ago.
        """
        ...

    async def search(self, query: SearchQuery) -> Found:
        """Return the films that the query may mean, best first. Raises IndexUnavailable."""
        ...

    async def list(self, listing: Listing) -> Page:
        """Return a page of a list of films. Raises IndexUnavailable."""
        ...

    async def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        """Return what a half typed text may become, at most `limit`. Raises IndexUnavailable."""
        ...

    async def genres(self) -> Sequence[str]:
        """Return the titles of the genres that films are of. Raises IndexUnavailable."""
        ...

    def close(self) -> None:
        """Let go of the index."""
        ...


class IndexWriter(Protocol):
    """One generation, open for writing, by one process at a time.

    Where an index cannot keep a second writer out, what either writes late undoes nothing that the other wrote
    of a later position.
    """

    @property
    def mark(self) -> Mark:
        """The generation, and the position that its last commit stored."""
        ...

    @property
    def sets_aside(self) -> bool:
        """Whether the outbox is to tell which films it cannot take.

        Of a list that is kept beside an index only the log tells: the mark in the outbox is the index's.
        """
        ...

    async def stage(self, upserts: Sequence[MovieDocument], deletes: Sequence[int]) -> None:
        """Add to what the next `commit` will change: movies to put in or replace, and ids to delete.

        Raises DocumentRefused, with nothing of this call staged, for a document that the index can never
        take, and IndexUnavailable.
        """
        ...

    async def commit(self, position: int) -> None:
        """Make all that was staged durable and visible, and then the position: it never tells more than is there.

        Staging and committing the same again is harmless. Raises DocumentRefused for a document that the index
        would not take only now: the position has not moved, and the next `commit` goes on without it. Raises
        IndexUnavailable.
        """
        ...

    async def close(self) -> None:
        """Finish, and let the next writer in. What was not committed is lost; closing again does nothing.

        Raises IndexUnavailable.
        """
        ...


class SearchIndex(Protocol):
    """The write side: generations of the index, one of them live."""

    async def open_live(self, catalogue_uid: str) -> IndexWriter | None:
        """Open the live generation for writing.

        None when there is none that fits: none yet, one of another catalogue, or of another schema.
        Raises IndexDamaged when it cannot be read any more, IndexUnavailable while another writer has it.
        """
        ...

    async def live_generation(self) -> str | None:
        """Return the name of the live generation, None when there is none."""
        ...

    async def is_live(self, generation: str) -> bool:
        """Say whether a generation is the live one, and its files are there."""
        ...

    async def create(self, catalogue_uid: str, tiers: Tiers) -> IndexWriter:
        """Begin a new, empty generation beside the live one, with its own bounds of famous and known films.

        Removes what a killed build left. Raises IndexUnavailable while another one is being built.
        """
        ...

    async def publish(self, generation: str) -> None:
        """Make a finished generation the live one, keep the one before it, and remove older ones.

        Raises IndexUnavailable.
        """
        ...

    async def discard(self, generation: str) -> None:
        """Give up a generation that was begun: remove it, unless it is live by now."""
        ...

    async def digests(self, generation: str | None = None) -> Mapping[int, int]:
        """Return the digest of each movie in a generation (the live one unless named), by id."""
        ...

    async def count(self, generation: str) -> int:
        """Return how many movies a generation holds. Raises IndexUnavailable."""
        ...

    async def status(self) -> IndexStatus | None:
        """Return the live generation in figures, None when there is none."""
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...

"""What lists and suggestions ask of an engine."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol

from cinedex.search.finding.port import Films, Handle, Postings
from cinedex.search.finding.rounds import Ranked
from cinedex.search.models import Counts, Filters, Hit


class Shelf(Protocol):
    """An index as it stands at one moment, to make pages and suggestions of."""

    async def rank(self, text: str, filters: Filters, wanted: int, depth: int = 0) -> Ranked | None:
        """Return the films that a text may mean, best first; None when there are none.

        Wider look-ups follow only while the best film found is a weak answer, or the `depth` is not reached.
        """
        ...

    def films(self, filters: Filters, among: Postings | None = None) -> Films | None:
        """Return the films that pass, of those that were looked up, or of all; None where none can pass."""
        ...

    async def sorted(
        self, films: Films, field: str, limit: int, below: int | None
    ) -> Sequence[tuple[int, Handle]]:
        """Return the films with the highest sort keys, only those below `below`, each with its key."""
        ...

    async def by_name(self, films: Films, limit: int, after: str) -> Sequence[tuple[str, Handle]]:
        """Return the films whose names come after `after`, from A on, each with its unique name."""
        ...

    async def by_id(self, ids: Sequence[int]) -> list[Hit]:
        """Return those of the films that are there, in the order of the ids."""
        ...

    async def count(self, films: Films, key: Hashable) -> tuple[int, Counts]:
        """Count films; `key` tells them from others, for who remembers what was counted."""
        ...

    async def count_of(self, person: str) -> int:
        """Return how many films somebody directed who has this folded name."""
        ...

    def read(self, handles: Iterable[Handle]) -> list[Hit]:
        """Return films as they are answered."""
        ...

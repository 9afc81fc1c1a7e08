"""One rebuild at a time: a lead that whoever builds holds, and that ends with its holder, however that happens."""

from contextlib import AsyncExitStack

from cinedex.foundation.leading import IsHeld, Lead, LedElsewhere
from cinedex.search.port import IndexUnavailable


class BuildLock:
    """Held from the beginning of a build until its generation is published or given up."""

    def __init__(self, lead: Lead) -> None:
        self._lead = lead
        self._holding = AsyncExitStack()
        self._is_held: IsHeld | None = None

    async def acquire(self) -> None:
        """Take the lock; raises IndexUnavailable while another build holds it, in this process too."""
        # A lock file would let its own holder in again, and that one is building.
        if self._is_held is not None:
            raise IndexUnavailable("another rebuild is running")
        try:
            self._is_held = await self._holding.enter_async_context(self._lead.hold())
        except LedElsewhere as error:
            raise IndexUnavailable("another rebuild is running") from error

    def check(self) -> None:
        """Raise IndexUnavailable where the lock was lost since: another rebuild may have begun."""
        if self._is_held is not None and not self._is_held():
            raise IndexUnavailable("the turn to build was lost, another rebuild may be running")

    async def release(self) -> None:
        """Let the next build in; does nothing when the lock is not held."""
        self._is_held = None
        await self._holding.aclose()

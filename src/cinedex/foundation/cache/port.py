"""What a cache, and a counter of what happens within a time, must be able to do."""

from typing import Protocol

import msgspec


class Cache(Protocol):
    """Keeps answers for a while. It may forget anything at any time, and never fails its caller."""

    async def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, None when it is not kept."""
        ...

    async def put(self, key: str, value: bytes) -> None:
        """Keep `value` under `key`, in place of what may be the oldest."""
        ...

    async def answers(self) -> bool:
        """Say whether it can keep something now, and answer: for those who watch it."""
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...


class Count(msgspec.Struct, frozen=True):
    """How often something has happened in a window of time, and how long the window still is."""

    number: int
    remaining_seconds: float


class Counters(Protocol):
    """Counts what happens under a key within a window of time, which begins with the first."""

    async def count(self, key: str, window_seconds: float, amount: int = 1) -> Count | None:
        """Count so many more; None where nobody knows how many there were: the server does not answer."""
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...

"""What a cache must be able to do."""

from typing import Protocol


class Cache(Protocol):
    """Keeps answers for a while. It may forget anything at any time, and never fails its caller."""

    async def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, None when it is not kept."""
        ...

    async def put(self, key: str, value: bytes) -> None:
        """Keep `value` under `key`, in place of what may be the oldest."""
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...

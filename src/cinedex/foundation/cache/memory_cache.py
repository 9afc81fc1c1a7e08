"""A cache in the process, bounded by size, that forgets what was not asked for the longest."""

import sys
from typing import NamedTuple

from cachetools import LRUCache

# What an entry costs beside its key and value: its slots in three dictionaries, and a tuple.
_ENTRY_BYTES = 420


class _Kept(NamedTuple):
    value: bytes
    size: int


class MemoryCache:
    """Keeps at most `size_bytes`, keys and bookkeeping included."""

    def __init__(self, size_bytes: int) -> None:
        self._entries: LRUCache[str, _Kept] = LRUCache(size_bytes, getsizeof=lambda kept: kept.size)

    async def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, None when it is not kept."""
        kept = self._entries.get(key)
        return None if kept is None else kept.value

    async def put(self, key: str, value: bytes) -> None:
        """Keep `value` under `key`; a value larger than the whole cache is not kept."""
        size = sys.getsizeof(key) + sys.getsizeof(value) + _ENTRY_BYTES
        if size <= self._entries.maxsize:
            self._entries[key] = _Kept(value, size)
        else:
            self._entries.pop(key, None)

    async def answers(self) -> bool:
        """Say that it can keep something, as always."""
        return True

    async def close(self) -> None:
        """Forget everything."""
        self._entries.clear()

"""A cache in the process, bounded by size, that forgets what was not asked for the longest."""

from cachetools import LRUCache

# What an entry costs beside its text: two objects, and a slot in two dictionaries.
_ENTRY_BYTES = 250


class MemoryCache:
    """Keeps at most `size_bytes` of values, their bookkeeping included."""

    def __init__(self, size_bytes: int) -> None:
        self._entries: LRUCache[str, bytes] = LRUCache(
            size_bytes, getsizeof=lambda value: len(value) + _ENTRY_BYTES
        )

    async def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, None when it is not kept."""
        return self._entries.get(key)

    async def put(self, key: str, value: bytes) -> None:
        """Keep `value` under `key`; a value larger than the whole cache is not kept."""
        if len(value) + _ENTRY_BYTES <= self._entries.maxsize:
            self._entries[key] = value

"""Counters in a file: all processes of a node count together, and nothing needs to be installed for it."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Final

from cinedex.foundation.cache.breaker import Breaker
from cinedex.foundation.cache.port import Count

WAIT_SECONDS = 0.03
"""How long a count waits for those of other processes."""

_RESTS_SECONDS: Final = (0.25, 4.0)
_KEY_BYTES: Final = 16
_COUNTS_BETWEEN_LOOKS: Final = 500

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS counts (key BLOB PRIMARY KEY, number INTEGER NOT NULL, ends_at REAL NOT NULL) WITHOUT ROWID
"""
# A clock that was set back ends a window as well.
_COUNT: Final = """
INSERT INTO counts (key, number, ends_at) VALUES (:key, :amount, :now + :window)
ON CONFLICT (key) DO UPDATE SET
  number = iif(ends_at > :now AND ends_at <= excluded.ends_at, number, 0) + excluded.number,
  ends_at = iif(ends_at > :now, min(ends_at, excluded.ends_at), excluded.ends_at)
RETURNING number, ends_at - :now
"""


class FileCounters:
    """Counts in the SQLite file at `path`, which is made when it is first needed and holds nothing of value.

    Keys are hashes there, and go some time after their windows have ended. `clock` tells seconds, the same ones to
    all processes.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._counted = 0
        self._reach = Breaker("counters", *_RESTS_SECONDS)

    async def count(self, key: str, window_seconds: float, amount: int = 1) -> Count | None:
        """Count so many more; None when the file cannot be written, or not in time."""
        if not self._reach.lets_through():
            return None
        try:
            counted = await asyncio.to_thread(self._count, key, window_seconds, amount)
        except (sqlite3.Error, OSError) as error:
            self._reach.failed(error)
            return None
        self._reach.succeeded()
        return counted

    async def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._let_go()

    def _count(self, key: str, window_seconds: float, amount: int) -> Count:
        hashed = blake2b(key.encode(errors="surrogatepass"), digest_size=_KEY_BYTES).digest()
        given = {"key": hashed, "amount": amount, "window": window_seconds}
        with self._turn:
            try:
                connection = self._connection = self._connection or self._opened()
                connection.execute("BEGIN IMMEDIATE")
                # Whoever asks before the turn is theirs looks late in it, like one whose clock was set back.
                given["now"] = self._clock()
                if self._counted % _COUNTS_BETWEEN_LOOKS == 0:
                    connection.execute("DELETE FROM counts WHERE ends_at <= :now", given)
                self._counted += 1
                [(number, left)] = connection.execute(_COUNT, given).fetchall()
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._let_go()
                if not isinstance(error, sqlite3.OperationalError):
                    # No database any more: the next count begins a new one.
                    self._path.unlink(missing_ok=True)
                raise
        return Count(number, left)

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # The turn keeps threads apart.
        connection = sqlite3.connect(
            self._path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        # What was counted before a crash is nobody's loss.
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_TABLE)
        return connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

"""Passwords, hashed and verified by Argon2id away from the event loop."""

import asyncio
import base64
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from cinedex.accounts.turned_away import TurnedAway
from cinedex.foundation.errors import Unavailable

T = TypeVar("T")

# Each hash takes 64 MiB and several lanes already; more at once would only take turns, and more memory.
_AT_ONCE: Final = 1
_MOST_WAITING: Final = 16
_RETRY_SECONDS: Final = 2
# A storm of logins leaves the processor to whoever searches.
_NICENESS: Final = 10


class Busy(Unavailable):
    """More passwords wait to be hashed than will be soon."""

    message = "Too many people are logging in just now. Please try again."
    code = "busy"
    is_told = True


class Passwords:
    """Hashes and verifies, one at a time, in a thread, for whoever has a place."""

    def __init__(self, hasher: PasswordHasher, *, most_waiting: int = _MOST_WAITING) -> None:
        self._hasher = hasher
        self._threads = ThreadPoolExecutor(_AT_ONCE, "passwords", initializer=_step_back)
        self._places = _AT_ONCE + most_waiting
        self._nobodys = _unmatchable(self._hasher)
        self._turned_away = TurnedAway()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Keep a place among those who hash or wait for it. Raises Busy at once when there is none left.

        It is taken before the database is asked: whoever is turned away costs nothing.
        """
        if not self._places:
            self._turned_away.one_more()
            raise Busy(retry_after_seconds=_RETRY_SECONDS)
        self._places -= 1
        try:
            yield
        finally:
            self._places += 1

    async def hash(self, password: str) -> str:
        """Return a new salted hash of `password`. Only in a `place`."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Say whether `password` is the one that was hashed.

        Without a hash the answer is no, and takes as long as with one: who asks cannot tell an unknown
        name from a wrong password. Only in a `place`.
        """
        return await self._run(lambda: self._verify(hashed or self._nobodys, password))

    def is_outdated(self, hashed: str) -> bool:
        """Say whether the hash was made with other parameters than a new one would be."""
        return self._hasher.check_needs_rehash(hashed)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return False


def argon2id(*, mebibytes: int, iterations: int, lanes: int) -> PasswordHasher:
    """Return a hasher of this cost: so much memory, so many times over, in so many threads."""
    return PasswordHasher(time_cost=iterations, memory_cost=mebibytes * 1024, parallelism=lanes)


def _step_back() -> None:
    # Only Linux counts niceness by thread; those that hash in lanes inherit it.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _unmatchable(hasher: PasswordHasher) -> str:
    """Return a hash with the parameters of `hasher` that no password has, without the work of making one."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"

"""Passwords, hashed and verified by Argon2id away from the event loop."""

import base64
import secrets
from typing import Final

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

# Each hash takes 64 MiB and several lanes already; more at once would only take turns, and more memory.
_AT_ONCE: Final = 2


class Passwords:
    """Hashes and verifies, a few at a time, in threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._limiter = anyio.CapacityLimiter(_AT_ONCE)
        self._nobodys = _unmatchable(self._hasher)

    async def hash(self, password: str) -> str:
        """Return a new salted hash of `password`."""
        return await anyio.to_thread.run_sync(self._hasher.hash, password, limiter=self._limiter)

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Say whether `password` is the one that was hashed.

        Without a hash the answer is no, and takes as long as with one: who asks cannot tell an unknown
        name from a wrong password.
        """
        return await anyio.to_thread.run_sync(
            self._verify, hashed or self._nobodys, password, limiter=self._limiter
        )

    def is_outdated(self, hashed: str) -> bool:
        """Say whether the hash was made with other parameters than a new one would be."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return False


def _unmatchable(hasher: PasswordHasher) -> str:
    """Return a hash with the parameters of `hasher` that no password has, without the work of making one."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"

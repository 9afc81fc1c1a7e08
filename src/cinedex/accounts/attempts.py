"""What is kept of attempts: how many have failed, and when the next may be made."""

from typing import Final

import msgspec

LONGEST_DELAY_SECONDS: Final = 60
FORGET_SECONDS: Final = 3600
"""How long after the last failure all of them are forgotten."""
KNOWN_SECONDS: Final = 90 * 86_400
"""How long an address is known to an account after a login from there."""


class Attempts(msgspec.Struct, frozen=True):
    """What is kept under one key. All times are in seconds since 1970."""

    key: str
    failures: int = 0
    next_at: int = 0
    forgotten_at: int = 0
    known_until: int = 0

    def wait_seconds(self, now: int) -> int:
        """Return how long the next attempt must wait."""
        return max(0, self.next_at - now)

    def one_more(self, free: int, now: int) -> "Attempts":
        """Count an attempt. Beyond those that are free, the next waits a second, then two, four, up to a minute."""
        failures = (self.failures if now < self.forgotten_at else 0) + 1
        beyond = min(failures - free, LONGEST_DELAY_SECONDS.bit_length())
        delay = min(2**beyond, LONGEST_DELAY_SECONDS) if beyond >= 0 else 0
        return msgspec.structs.replace(
            self, failures=failures, next_at=now + delay, forgotten_at=now + FORGET_SECONDS
        )

    def one_less(self) -> "Attempts":
        """Strike out an attempt that has succeeded; a delay that others have caused stays."""
        return msgspec.structs.replace(self, failures=max(0, self.failures - 1))

    def succeeded(self, now: int) -> "Attempts":
        """Forget all failures, and know the address from now on."""
        return Attempts(self.key, known_until=now + KNOWN_SECONDS)

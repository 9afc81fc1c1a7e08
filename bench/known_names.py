"""Whether the time that a failed login takes tells if there is such an account.

Known and unknown names take turns in no order, with hashes of the usual cost. Were the time the same, the one would
take longer than the other in half of all pairs; somebody who only has the time to go by then guesses as well as a coin.
"""

import asyncio
import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import msgspec

from cinedex.accounts.refusals import CredentialsRefused
from cinedex.services import build_services
from cinedex.settings import Settings
from figures import PERCENTILES, Report, Table, milliseconds

TRIES = 300
_SEED = 3
_KNOWN, _UNKNOWN, _RIGHT, _WRONG = "akira", "nobody", "correct horse", "incorrect horse"


class Told(msgspec.Struct, frozen=True):
    """How long failed logins took, in seconds, to a name that there is and to one that there is not."""

    known: list[float]
    unknown: list[float]

    @property
    def longer(self) -> float:
        """In what share of all pairs the known name took longer; half where the time tells nothing."""
        return share_longer(self.known, self.unknown)


def measure(data_dir: Path, tries: int = TRIES) -> Told:
    """Fail to log in so many times each."""
    return asyncio.run(_measure(Settings(data_dir=data_dir), tries))


def report(told: Told) -> Report:
    """Return how long each took, and how much that tells."""
    named = {"a name that there is": told.known, "a name that there is not": told.unknown}
    rows = [(name, f"{len(times):,}", *milliseconds(times)) for name, times in named.items()]
    caption = (
        f"The name that there is took longer in {told.longer:.1%} of all pairs (50 % would tell nothing):"
    )
    return Report([Table(("failed login, ms", "times", *PERCENTILES), rows, caption)])


def share_longer(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return in what share of all pairs ours is the larger; ties count half."""
    ranked = sorted(theirs)
    beaten = sum(bisect_left(ranked, one) + bisect_right(ranked, one) for one in ours)
    return beaten / (2 * len(ours) * len(theirs))


async def _measure(settings: Settings, tries: int) -> Told:
    services = build_services(settings)
    await services.accounts.register(_KNOWN, _RIGHT)
    told = Told([], [])
    turns = [(_KNOWN, told.known), (_UNKNOWN, told.unknown)] * tries
    random.Random(_SEED).shuffle(turns)  # noqa: S311 -- the same order every time
    for name, times in turns:
        started = perf_counter()
        try:
            await services.accounts.login(name, _WRONG)
        except CredentialsRefused:
            times.append(perf_counter() - started)
    await services.close()
    return told

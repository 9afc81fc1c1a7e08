"""What processes on one PostgreSQL database share: turns, as keys of its advisory locks, and a channel."""

from enum import IntEnum
from typing import Final

OUTBOX_CHANNEL: Final = "cinedex_outbox"


class Advisory(IntEnum):
    """The keys. They are ours alone: the first half spells the program's name."""

    MIGRATIONS = 0x43494E45_00000001
    OUTBOX = 0x43494E45_00000002
    LEAD = 0x43494E45_00000003
    BUILD = 0x43494E45_00000004

"""Where tests write: in memory where there is room for it."""

import os
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 -- only its room is looked at; folders in it are made as in any other
_NEEDED_BYTES = 4 << 30


def write_in_memory() -> None:
    """Have all temporary folders made in memory, unless `TMPDIR` says where.

    A database server copies a database for each test, and a commit waits for the disk: that is a quarter of a run.
    """
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None


def _has_room() -> bool:
    if not _MEMORY.is_dir():
        return False
    there = os.statvfs(_MEMORY)
    # Search nodes load libraries from their temporary folders.
    return there.f_bavail * there.f_frsize >= _NEEDED_BYTES and not there.f_flag & os.ST_NOEXEC

"""One rebuild at a time: a lock file, let go of when its holder ends, however that happens."""

from pathlib import Path

import filelock

from cinedex.search.port import IndexUnavailable


class BuildLock:
    """Held from the beginning of a build until its generation is published or given up."""

    def __init__(self, path: Path) -> None:
        self._lock = filelock.FileLock(path, blocking=False, thread_local=False)

    def acquire(self) -> None:
        """Take the lock; raises IndexUnavailable while another build holds it, in this process too."""
        # The lock would let its own holder in again, and that one is building.
        if self._lock.is_locked:
            raise IndexUnavailable("another rebuild is running")
        Path(self._lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except filelock.Timeout as error:
            raise IndexUnavailable("another rebuild is running") from error

    def release(self) -> None:
        """Let the next build in; does nothing when the lock is not held."""
        self._lock.release()

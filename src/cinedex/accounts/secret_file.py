"""The signing secrets of an installation that was given none: made once, kept in a file, shared by all workers.

Each line is one. The first signs; those below have signed tokens that may still be about.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import structlog
from filelock import FileLock

_SHORTEST: Final = 32
_OTHERS: Final = 0o077

log = structlog.get_logger()


class SecretUnusable(Exception):
    """The file of the secret holds none; the message says what to do, never what the file holds."""


def read_or_make_secrets(path: Path) -> list[str]:
    """Return the secrets that the file at `path` holds, after making the file (mode 0600) if there is none.

    However many processes start together, they make one file and return one secret. A file that others than its
    owner may read is closed to them, which is logged. Raises SecretUnusable for one that cannot be closed, with a
    line that is less than a secret, or with none.
    """
    if not path.exists():
        with _draft(path, [_new_secret()]) as draft, suppress(FileExistsError):
            # Unlike a rename, a link never replaces the file of a process that was faster.
            os.link(draft, path)
    _close_to_others(path)
    # What is not text is no secret either.
    held = path.read_text(encoding="utf-8", errors="ignore").splitlines()
    held = [line.strip() for line in held if line.strip()]
    if not held or min(map(len, held)) < _SHORTEST:
        raise SecretUnusable(
            f"{path} does not hold secrets of at least {_SHORTEST} characters, one a line. Delete it, and a "
            "new one is made; everyone will have to refresh their tokens."
        )
    return held


def rotate_secret(path: Path) -> None:
    """Put a new secret before the first one of the file, which is kept; those after it are dropped.

    Raises SecretUnusable as `read_or_make_secrets`.
    """
    with FileLock(path.with_name(f"{path.name}.lock")):
        kept = read_or_make_secrets(path)[:1]
        with _draft(path, [_new_secret(), *kept]) as draft:
            draft.replace(path)


def _close_to_others(path: Path) -> None:
    """Leave the file to its owner. A copy or a backup that was put back may have opened it."""
    mode = path.stat().st_mode
    # Only there a mode says who may read.
    if os.name != "posix" or not mode & _OTHERS:
        return
    try:
        path.chmod(mode & ~_OTHERS)
    except OSError:
        raise SecretUnusable(
            f"Others than its owner may read {path}, and that cannot be changed from here. Set its mode to 600, or "
            "give the secret as CINEDEX_SECRET."
        ) from None
    is_closed = not path.stat().st_mode & _OTHERS
    log.warning("others could read the secret", file=str(path), is_closed=is_closed, then="rotate it twice")


def _new_secret() -> str:
    return secrets.token_urlsafe(48)


@contextmanager
def _draft(path: Path, lines: Sequence[str]) -> Iterator[Path]:
    """Write a file whole under another name first, so that nobody reads a part; mkstemp gives it mode 0600."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)

"""The signing secret of an installation that was given none: made once, kept in a file, shared by all workers."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

_SHORTEST: Final = 32


class SecretUnusable(Exception):
    """The file of the secret holds none; the message says what to do, never what the file holds."""


def read_or_make_secret(path: Path) -> str:
    """Return the secret that the file at `path` holds, after making the file (mode 0600) if there is none.

    However many processes start together, they make one file and return one secret. Raises SecretUnusable
    for a file that holds less than a secret.
    """
    if not path.exists():
        _make(path)
    # What is not text is no secret either.
    secret = path.read_text(encoding="utf-8", errors="ignore").strip()
    if len(secret) < _SHORTEST:
        raise SecretUnusable(
            f"{path} holds no secret of at least {_SHORTEST} characters. Delete it, and a new one is made; "
            "everyone will have to log in again."
        )
    return secret


def _make(path: Path) -> None:
    # Written whole under another name first, so that nobody reads a part; mkstemp gives it mode 0600.
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces the file of a process that was faster.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()

"""What an API key looks like: a prefix and a checksum, so that whoever finds one knows what it is."""

import hashlib
import re
import secrets
import zlib
from typing import Final

PREFIX: Final = "cdx_"

_KEY: Final = re.compile(rf"{PREFIX}([0-9a-f]{{64}})([0-9a-f]{{8}})")


def new_key() -> str:
    """Return a key that nobody can guess: 256 bits, and a checksum over them."""
    drawn = secrets.token_hex(32)
    return f"{PREFIX}{drawn}{_checksum(drawn)}"


def key_hash(key: str) -> str | None:
    """Return what is stored of a key; None for what is none. It is random, so a plain fast hash hides it."""
    parts = _KEY.fullmatch(key)
    if parts is None or parts[2] != _checksum(parts[1]):
        return None
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(drawn: str) -> str:
    return f"{zlib.crc32(drawn.encode()):08x}"

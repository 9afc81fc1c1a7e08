"""Whether the files of a generation are as they were written: Tantivy ends each with a checksum of all before it."""

import struct
import zlib
from contextlib import suppress
from pathlib import Path

import msgspec

_CLOSING = struct.Struct("<II")
_MAGIC = 1337
_AT_ONCE = 1 << 20


class _Footer(msgspec.Struct):
    crc: int


class _Segment(msgspec.Struct):
    segment_id: str


class _Meta(msgspec.Struct):
    segments: list[_Segment]


def damaged_file(generation: Path) -> str | None:
    """Return the name of a file of the last commit that is not as it was written, None where all are.

    Reads all of them, a gigabyte in some seconds.
    """
    try:
        meta = msgspec.json.decode((generation / "meta.json").read_bytes(), type=_Meta)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return "meta.json"
    for segment in meta.segments:
        for file in sorted(generation.glob(f"{segment.segment_id.replace('-', '')}.*")):
            # A writer that merges segments removes files meanwhile.
            with suppress(FileNotFoundError):
                if not _is_intact(file):
                    return file.name
    return None


def _is_intact(file: Path) -> bool:
    size = file.stat().st_size
    with file.open("rb") as opened:
        try:
            opened.seek(size - _CLOSING.size)
            length, magic = _CLOSING.unpack(opened.read())
            body = size - _CLOSING.size - length
            opened.seek(body)
            footer = msgspec.json.decode(opened.read(length), type=_Footer)
        except (OSError, ValueError, struct.error, msgspec.DecodeError):
            return False
        opened.seek(0)
        crc = 0
        while body > 0 and (part := opened.read(min(body, _AT_ONCE))):
            crc = zlib.crc32(part, crc)
            body -= len(part)
    return magic == _MAGIC and crc == footer.crc

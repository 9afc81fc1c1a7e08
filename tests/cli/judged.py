"""Files of films and of judged queries."""

from pathlib import Path
from typing import Any

import msgspec


def lines(path: Path, *entries: object) -> Path:
    """Write each entry as a line: films and values as JSON, text as it is."""
    path.write_bytes(
        b"".join(
            (entry if isinstance(entry, bytes) else msgspec.json.encode(entry)) + b"\n" for entry in entries
        )
    )
    return path


def asked(query: str, *want: int, kind: str = "exact", **more: str) -> dict[str, Any]:
    return {"kind": kind, "query": query, "want": want} | more

"""How generations and their aliases are named.

    cinedex                           the alias: the live generation, which is searched
    cinedex-v1-000002-5e0c91d7        a generation: an index; whose it is stands in its mapping
    cinedex-v1-000002-5e0c91d7-writer the alias that it is written by: gone with it, and never made by writing

The number behind the `v` is the version of the schema; a program with another version does not read it. The last
part is drawn by lot: caches tell generations apart by their names.
"""

import re
import secrets

from cinedex.search.engines.cluster import schema


def generation_name(alias: str, number: int) -> str:
    """Return a name, never given before, for a generation of this program's schema."""
    return f"{alias}-v{schema.VERSION}-{number:06d}-{secrets.token_hex(4)}"


def writer_alias(generation: str) -> str:
    """Return the name that a generation is written by."""
    return f"{generation}-writer"


def number_of(alias: str, index: str) -> int | None:
    """Return the number of a generation, None for an index that is none."""
    match = _match(alias, index)
    return None if match is None else int(match["number"])


def is_readable(alias: str, index: str) -> bool:
    """Say whether an index is a generation of the schema that this program reads."""
    match = _match(alias, index)
    return match is not None and int(match["version"]) == schema.VERSION


def _match(alias: str, index: str) -> re.Match[str] | None:
    return re.fullmatch(rf"{re.escape(alias)}-v(?P<version>\d+)-(?P<number>\d{{6,}})-[0-9a-f]{{8}}", index)

"""A module's descriptor without some of what it requires.

A runtime made by jlink lacks modules that Elasticsearch's entitlement module names and does not use; it would not
start there.
"""

import zipfile
from collections.abc import Set as AbstractSet
from pathlib import Path
from struct import pack, unpack_from

DESCRIPTOR = "module-info.class"

_UTF8, _LONG, _DOUBLE, _METHOD_HANDLE = 1, 5, 6, 15
# Constants that are one index into the pool: class, string, method type, module, package.
_NAMED = frozenset([7, 8, 16, 19, 20])


def drop_requires(jar: Path, names: AbstractSet[str]) -> None:
    """Rewrite a jar so that its module no longer requires the modules of these names."""
    rewritten = jar.with_suffix(".new")
    with zipfile.ZipFile(jar) as old, zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, without_requires(content, names) if entry.filename == DESCRIPTOR else content)
    rewritten.replace(jar)


def without_requires(code: bytes, names: AbstractSet[str]) -> bytes:
    """Return a compiled module descriptor without its `requires` of these names."""
    constants, at = _constants(code)
    at += 12  # access, this, super; a descriptor has no interfaces, fields or methods
    kept = bytearray(code[: at + 2])
    (attributes,) = unpack_from(">H", code, at)
    at += 2
    for _ in range(attributes):
        name, length = unpack_from(">HI", code, at)
        content = code[at + 6 : at + 6 + length]
        at += 6 + length
        if constants[name] == "Module":
            content = _without(content, constants, names)
        kept += pack(">HI", name, len(content)) + content
    return bytes(kept) + code[at:]


def _without(module: bytes, constants: dict[int, str | int], names: AbstractSet[str]) -> bytes:
    """Return the attribute `Module` without some of its requirements, six bytes each."""
    (count,) = unpack_from(">H", module, 6)
    end = 8 + 6 * count
    required = [module[start : start + 6] for start in range(8, end, 6)]
    kept = [one for one in required if constants[_index(constants, one)] not in names]
    return module[:6] + pack(">H", len(kept)) + b"".join(kept) + module[end:]


def _index(constants: dict[int, str | int], requirement: bytes) -> int:
    (module,) = unpack_from(">H", requirement)
    return int(constants[module])


def _constants(code: bytes) -> tuple[dict[int, str | int], int]:
    """Return the pool of constants by number (a text, or the number of one), and where it ends."""
    (count,) = unpack_from(">H", code, 8)
    constants: dict[int, str | int] = {}
    at, number = 10, 1
    while number < count:
        tag = code[at]
        if tag == _UTF8:
            (length,) = unpack_from(">H", code, at + 1)
            constants[number] = code[at + 3 : at + 3 + length].decode(errors="replace")
            at += 3 + length
        elif tag in _NAMED:
            (constants[number],) = unpack_from(">H", code, at + 1)
            at += 3
        else:
            at += {_METHOD_HANDLE: 4, _LONG: 9, _DOUBLE: 9}.get(tag, 5)
            # These two take two numbers.
            number += tag in {_LONG, _DOUBLE}
        number += 1
    return constants, at

"""Entity tags: what If-Match and If-None-Match name, compared as RFC 9110 says."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from cinedex.foundation.errors import Invalid

_TAG = r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"'
_ELEMENT = rf"[ \t]*(?:{_TAG}[ \t]*)?"
_FIND = re.compile(_TAG)
_LIST = re.compile(f"{_ELEMENT}(?:,{_ELEMENT})*")

PATTERN: Final = rf"^(?:\*|(?:,[ \t]*)*{_TAG}(?:[ \t]*,(?:[ \t]*{_TAG})?)*)$"
"""What schemas say of such a header in one line."""


class EntityTags(msgspec.Struct, frozen=True):
    """The tags that a header names: any at all (`*`), or those that stand for exactly these revisions, or nearly."""

    is_any: bool = False
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()

    def hold(self, revision: str) -> bool:
        """Say whether `revision` is named, by the strong comparison: what a change asks."""
        return self.is_any or revision in self.strong

    def hold_weakly(self, revision: str) -> bool:
        """Say whether `revision` is named, by the weak comparison: what a cached copy asks."""
        return self.hold(revision) or revision in self.weak


def etag(revision: str) -> str:
    """Return the strong tag of a revision, as the ETag header has it."""
    return f'"{revision}"'


def read_tags(header: str, lines: Sequence[str]) -> EntityTags | None:
    """Read the values of each line of a header; None when there is none.

    Raises Invalid, naming `header`, for what is neither `*` nor a list of quoted tags.
    """
    if not lines:
        return None
    # A list may be spread over several lines.
    text = ",".join(lines)
    if text.strip(" \t") == "*":
        return EntityTags(is_any=True)
    found = _FIND.findall(text) if _LIST.fullmatch(text) else []
    if not found:
        raise Invalid(f"{header} names no ETags", fields={header: 'must be * or a list such as "a", "b"'})
    return EntityTags(
        strong=frozenset(revision for weak, revision in found if not weak),
        weak=frozenset(revision for weak, revision in found if weak),
    )

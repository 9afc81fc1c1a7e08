"""Films as answers show them: each with why it matched, and what was meant where a word had to be put right."""

import re
from collections.abc import Sequence

import msgspec

from cinedex.search.analysis import analyse_query
from cinedex.search.matching import Match, annotated, did_you_mean

_TYPO = b'"kind":"typo"'


class _Marked(msgspec.Struct):
    """What is read of a marked film."""

    matched_on: list[Match]


def marked(text: str, films: Sequence[bytes]) -> list[bytes]:
    """Return films, which are JSON, with `matched_on` put in; without a text nothing matched."""
    if not text:
        return [film[:-1] + b',"matched_on":[]}' for film in films]
    query = analyse_query(text)
    return [annotated(film, query) for film in films]


def put_right(text: str, films: Sequence[bytes]) -> str | None:
    """Return a text that was searched for with its slips put right, as the best of some marked films has the words.

    None where nothing is to be put right.
    """
    if not films or not text or _TYPO not in films[0]:
        return None
    return did_you_mean(analyse_query(text), msgspec.json.decode(films[0], type=_Marked).matched_on)


def meant(typed: str, text: str, right: str) -> str | None:
    """Return what was typed with `right` for the part of it that was searched for, `text`.

    What was read as filters stays as it is beside the words; None where it stands between them.
    """
    if typed == text:
        return right
    # Letters of a sign are no words that were searched for: "dram" is not the one in "genre:drama".
    as_words = re.compile(rf"(?<!\S){re.escape(text)}(?!\S)")
    changed, times = as_words.subn(lambda _: right, typed, count=1)
    return changed if times else None

"""Films as answers show them: each with why it matched, and what was meant where a word had to be put right."""

from collections.abc import Sequence

import msgspec

from cinedex.search.analysis import analyse_query
from cinedex.search.matching import Match, annotated, did_you_mean


class _Marked(msgspec.Struct):
    """What is read of a marked film."""

    matched_on: list[Match]


def marked(text: str, films: Sequence[bytes]) -> list[bytes]:
    """Return films, which are JSON, with `matched_on` put in; without a text nothing matched."""
    if not text:
        return [film[:-1] + b',"matched_on":[]}' for film in films]
    query = analyse_query(text)
    return [annotated(film, query) for film in films]


def meant(typed: str, text: str, films: Sequence[bytes]) -> str | None:
    """Return what was typed with its slips put right, as the best of some marked films has the words.

    `text` is the part of it that was searched for. None where nothing is to be put right.
    """
    if not films or not text:
        return None
    right = did_you_mean(analyse_query(text), msgspec.json.decode(films[0], type=_Marked).matched_on)
    # What was read as filters stays beside the words, where it does not stand between them.
    return typed.replace(text, right, 1) if right is not None and text in typed else None

"""Forms that a text and the same text with a slip have in common, by symmetric deletes.

Two words at most two edits apart share a form that is reached from either by leaving out at most two letters.
The method is SymSpell's, by Wolf Garbe (https://github.com/wolfgarbe/SymSpell).
"""

from itertools import combinations

from cinedex.search.analysis import Title

SHORTEST = 3
"""Slips in anything shorter are not put right."""
_LETTERS = 7


def deletes(word: str, distance: int) -> set[str]:
    """Return the first letters of `word` with at most `distance` of them left out."""
    stem = word[:_LETTERS]
    kept = range(max(1, len(stem) - distance), len(stem) + 1)
    return {"".join(letters) for count in kept for letters in combinations(stem, count)}


def title_slips(title: Title) -> set[str]:
    """Return the first letters of a whole title (without article and spaces) with at most one of them left out.

    A title typed with a slip, words joined or split at will, shares one of them with the true one.
    """
    joined = "".join(title.raw)[title.article :]
    return deletes(joined, 1) if len(joined) >= SHORTEST else set()

"""What stands in for the list of words while there is none: anything may be there."""

from cinedex.search.finding.port import BEGINS, NEAR, Term
from cinedex.search.finding.slips import SHORTEST

_SHORTEST_FOR_TWO_EDITS = 5


class NoWords:
    """See `finding.port.WordList`. Spelling and endings are left to the engine, which takes longer."""

    may_lack = True

    def count(self, field: str, text: str) -> int:  # noqa: ARG002 -- the port's shape
        """Return 1: a film may have it."""
        return 1

    def longer(self, field: str, text: str, worth: float, most: int) -> list[Term]:  # noqa: ARG002 -- the port's shape
        """Return a term that stands for all that begin so."""
        return [Term(field + BEGINS, text, worth, 1)]

    def near(self, word: str, distance: int, *, goes_on: bool) -> list[Term]:  # noqa: ARG002 -- the port's shape
        """Return a term that stands for all words that are near to another one."""
        if len(word) < SHORTEST or any(map(str.isdigit, word)):
            return []
        allowed = 2 if len(word) >= _SHORTEST_FOR_TWO_EDITS else 1
        return [Term(NEAR, f"{word}~{allowed}", 1 - 1 / len(word), 1)]

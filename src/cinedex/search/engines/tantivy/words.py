"""The terms of a snapshot: the list of words that spelling and endings are looked up in."""

from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.engines.tantivy.spelling import near_words
from cinedex.search.finding.port import Term

# Terms come in their own order; so many more are read for the most frequent of them to be there.
_READ_FOR_EACH = 4


class Words:
    """See `finding.port.WordList`; `may_lack` says that films it is used for may be newer than the snapshot."""

    def __init__(self, snapshot: Snapshot, *, may_lack: bool = False) -> None:
        self.count = snapshot.frequency
        self.may_lack = may_lack
        self._snapshot = snapshot

    def longer(self, field: str, text: str, worth: float, most: int) -> list[Term]:
        """Return the terms that most films have of those that begin with a text, and are longer."""
        longer = self._snapshot.searcher.terms_with_prefix(field, text, limit=_READ_FOR_EACH * most)
        longer.sort(key=_count_of, reverse=True)
        return [Term(field, term, worth, count) for term, count in longer[:most] if term != text]

    def near(self, word: str, distance: int, *, goes_on: bool) -> list[Term]:
        """Return the known words near to another one; see `near_words`."""
        return near_words(self._snapshot, word, distance, goes_on=goes_on)


def _count_of(pair: tuple[str, int]) -> int:
    return pair[1]

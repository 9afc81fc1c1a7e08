"""The list of words of an index that another engine keeps: an index of its own beside each node.

It holds the terms of each film, and is followed and read as the embedded index is; the answers are elsewhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.engines.tantivy.words import Words
from cinedex.search.engines.tantivy.writer import TantivyWriter, errors_as
from cinedex.search.finding.no_words import NoWords
from cinedex.search.finding.port import WordList, WordsUnreadable
from cinedex.search.models import MovieDocument
from cinedex.search.port import IndexUnavailable


class TermsWriter(TantivyWriter):
    """Writes what films can be found by, and nothing that is shown of them."""

    @property
    def sets_aside(self) -> bool:
        """Whether the outbox tells which films it cannot take: that is for the index whose words these are."""
        return False

    async def stage(self, upserts: Sequence[MovieDocument], deletes: Sequence[int]) -> None:
        """Add to what the next `commit` will change; see the port."""
        await super().stage([msgspec.structs.replace(movie, answer=b"") for movie in upserts], deletes)


class WordListIndex(TantivyIndex):
    """The write side of the list in one directory; see `port.SearchIndex`."""

    _opens = TermsWriter


class TantivyWordList:
    """Reads the words that are kept in a directory; see `finding.port.WordSource`."""

    def __init__(self, directory: Path) -> None:
        self._engine = TantivyEngine(directory)

    def at(self, position: int) -> WordList:
        """Return the words that are known now; where there is no list, one that knows nothing."""
        try:
            snapshot = self._engine.snapshot()
        except IndexUnavailable:
            return NoWords()
        return Words(snapshot, may_lack=snapshot.mark.position < position)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise WordsUnreadable for what goes wrong meanwhile; the node's follower notices damage by itself."""
        try:
            with errors_as(WordsUnreadable):
                yield
        except IndexUnavailable:
            raise
        except Exception as error:
            # Damaged values fail wherever they are used. A mistake of ours fails again without the words.
            raise WordsUnreadable(repr(error)) from error

    def close(self) -> None:
        """Let go of the files."""
        self._engine.close()

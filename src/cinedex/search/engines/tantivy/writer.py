"""One generation open for writing: films, the words in them, and the position, in one commit."""

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import tantivy

from cinedex.movies.models import LARGEST_ID
from cinedex.search.engines.tantivy.documents import STATE, movie_document, state_document, word_documents
from cinedex.search.engines.tantivy.schema import build_schema, open_index
from cinedex.search.engines.tantivy.spelling import is_spellable
from cinedex.search.models import Mark, MovieDocument
from cinedex.search.port import DocumentRefused, IndexDamaged, IndexUnavailable
from cinedex.search.standing import Tiers

# The least that Tantivy takes is enough to follow.
_HEAP_TO_FOLLOW = 15_000_000
# With these a hundred thousand films are built within 300 MB in all, and a million within 800.
_HEAP_TO_BUILD, _LARGEST_HEAP, _HEAP_OF_A_FILM = 126_000_000, 400_000_000, 400


class State(NamedTuple):
    """What a commit stores beside films and words: the outbox position, and the genres by their number."""

    position: int
    genres: list[str]


class TantivyWriter:
    """Writes one generation. Tantivy's own lock keeps a second writer out.

    Raises IndexDamaged when its files cannot be read, IndexUnavailable when another writer has it.
    """

    def __init__(self, directory: Path, tiers: Tiers, *, create: bool = False) -> None:
        self._schema = build_schema()
        with errors_as(IndexDamaged):
            self._index = open_index(str(directory), self._schema, create=create)
            self._searcher = self._index.searcher()
            self._position, genres = read_state(self._searcher)
        with errors_as(IndexUnavailable):
            # One thread keeps the films in few segments.
            heap = heap_to_build(tiers.films) if create else _HEAP_TO_FOLLOW
            self._writer = self._index.writer(heap, num_threads=1)
        self._generation = directory.name
        self._tiers = tiers
        self._genre_numbers = {genre: number for number, genre in enumerate(genres)}
        self._staged_words: set[str] = set()
        # A new generation holds no film that was not staged, so most films of a build replace none.
        self._largest_id = 0 if create else LARGEST_ID
        self._is_open = True

    @property
    def mark(self) -> Mark:
        """The generation, and the position that its last commit stored."""
        return Mark(self._generation, self._position)

    @property
    def sets_aside(self) -> bool:
        """Whether the outbox tells which films it cannot take."""
        return True

    async def stage(self, upserts: Sequence[MovieDocument], deletes: Sequence[int]) -> None:
        """Add to what the next `commit` will change; see the port."""
        documents = []
        words: set[str] = set()
        for movie in upserts:
            for genre in movie.genres:
                self._genre_numbers.setdefault(genre, len(self._genre_numbers))
            try:
                document, words_of_it = movie_document(movie, self._schema, self._tiers, self._genre_numbers)
            except (ValueError, OverflowError) as error:
                raise DocumentRefused(movie.id, str(error)) from error
            documents.append(document)
            words |= words_of_it
        new_words = {word for word in words if self._is_new(word)}
        ids = [movie.id for movie in upserts]
        with errors_as(IndexUnavailable):
            for movie_id in (*deletes, *ids):
                # Tantivy keeps each deletion in memory until the commit.
                if movie_id <= self._largest_id:
                    self._writer.delete_documents_by_term("id", movie_id)
            for document in (*documents, *word_documents(sorted(new_words), self._schema)):
                self._writer.add_document(document)
        self._staged_words |= new_words
        self._largest_id = max(self._largest_id, *ids, 0)

    async def commit(self, position: int) -> None:
        """Make all that was staged durable, together with the position; see the port."""
        with errors_as(IndexUnavailable):
            self._writer.delete_documents_by_term("state", STATE)
            self._writer.add_document(state_document(position, list(self._genre_numbers), self._schema))
            self._writer.commit()
            self._index.reload()
        self._searcher = self._index.searcher()
        self._staged_words.clear()
        self._position = position

    async def close(self) -> None:
        """Wait for merges and release the lock; closing again does nothing."""
        if self._is_open:
            self._is_open = False
            with errors_as(IndexUnavailable):
                self._writer.wait_merging_threads()

    def _is_new(self, word: str) -> bool:
        return (
            word not in self._staged_words
            and is_spellable(word)
            and self._searcher.doc_freq("word", word) == 0
        )


@contextmanager
def errors_as(kind: type[IndexUnavailable]) -> Iterator[None]:
    """Turn Tantivy's errors (unreadable, locked, disk full) into one of the port's, and its panics."""
    try:
        yield
    except (ValueError, struct.error) as error:
        raise kind(str(error)) from error
    except BaseException as error:
        # Damaged files make it panic. The class of panics cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise kind(str(error)) from error


def heap_to_build(films: int) -> int:
    """Return the bytes that a build of so many films may keep in memory before it writes a segment.

    Segments are as large as that lets them grow, and each look-up costs as much again for each of them.
    """
    return min(_LARGEST_HEAP, max(_HEAP_TO_BUILD, _HEAP_OF_A_FILM * films))


def read_state(searcher: tantivy.Searcher) -> State:
    """Return what the last commit of a generation stored; position 0 for an empty one."""
    query = tantivy.Query.term_query(build_schema(), "state", STATE, index_option="basic")
    hits = searcher.search(query, 1, count=False).hits
    if not hits:
        return State(0, [])
    address = hits[0][1]
    position = int(searcher.fast_field_values("position", [address])[0] or 0)
    return State(position, msgspec.json.decode(searcher.doc(address)["genres"][0], type=list[str]))

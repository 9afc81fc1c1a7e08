"""A searcher over films alone, without generations and positions."""

from collections.abc import Sequence
from pathlib import Path

import tantivy

from cinedex.search.engines.tantivy.documents import movie_document, word_documents
from cinedex.search.engines.tantivy.schema import build_schema, open_index
from cinedex.search.models import MovieDocument
from cinedex.search.standing import Tiers


def searcher_of(directory: Path, films: Sequence[MovieDocument], tiers: Tiers) -> tantivy.Searcher:
    """Index films in a folder, their words for spelling beside them."""
    genres = {genre: at for at, genre in enumerate(dict.fromkeys(g for film in films for g in film.genres))}
    schema = build_schema()
    index = open_index(str(directory), schema, create=True)
    writer = index.writer(num_threads=1)
    words: set[str] = set()
    for film in films:
        made, spelt = movie_document(film, schema, tiers, genres)
        writer.add_document(made)
        words |= spelt
    for made in word_documents(words, schema):
        writer.add_document(made)
    writer.commit()
    index.reload()
    return index.searcher()

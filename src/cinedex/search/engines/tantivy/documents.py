"""How a movie becomes a Tantivy document, and a word a spelling document."""

from collections.abc import Iterable

import tantivy

from cinedex.search.analysis import acronym, analyse_title, canonical, neighbours, words_of
from cinedex.search.engines.tantivy.schema import (
    TITLE_BYTES,
    TITLE_COLUMNS,
    WORD_BYTES,
    WORD_COLUMNS,
    pack_facts,
    pack_rank,
    pack_spelling,
    pack_text,
)
from cinedex.search.engines.tantivy.spelling import LARGEST_DISTANCE, deletes, is_spellable
from cinedex.search.models import MovieDocument

STATE = "state"


def movie_document(movie: MovieDocument, schema: tantivy.Schema) -> tuple[tantivy.Document, set[str]]:
    """Return the document of a movie, and the words of it that spelling should know."""
    title = analyse_title(movie.name)
    director = words_of(movie.director)
    cast = [word for person in movie.cast for word in words_of(person)]
    raw = {*title.raw, *director, *cast}
    whole = {"".join(title.raw), title.joined, title.without_article}
    short = acronym(movie.name)
    fields = {
        "id": movie.id,
        "digest": movie.digest,
        "rank": pack_rank(movie.prominence, movie.id),
        "facts": pack_facts(
            year=movie.year,
            title_words=title.needed_words,
            article=title.article,
            director_words=len(director),
            spelling=pack_spelling(title.spelling),
        ),
        "words": " ".join(raw | {canonical(word) for word in title.raw}),
        "director": " ".join(director),
        "joined": " ".join([*neighbours(title.raw), *neighbours(director), *([short] if short else [])]),
        "exact": " ".join(whole),
        "prefix": list(whole),
        "edges": list({*title.raw, *director}),
        "answer": movie.answer,
        **dict(zip(TITLE_COLUMNS, pack_text(title.joined, TITLE_BYTES), strict=True)),
    }
    if movie.year is not None:
        fields["year"] = movie.year
    return tantivy.Document.from_dict(fields, schema), {word for word in raw if is_spellable(word)}


def word_documents(words: Iterable[str], schema: tantivy.Schema) -> Iterable[tantivy.Document]:
    """Yield the spelling documents of words."""
    for word in words:
        fields = {
            "word": word,
            "deletes": " ".join(deletes(word, LARGEST_DISTANCE)),
            **dict(zip(WORD_COLUMNS, pack_text(word, WORD_BYTES), strict=True)),
        }
        yield tantivy.Document.from_dict(fields, schema)


def state_document(position: int, schema: tantivy.Schema) -> tantivy.Document:
    """Return the document that tells which outbox position the index has applied."""
    return tantivy.Document.from_dict({"state": STATE, "position": position}, schema)

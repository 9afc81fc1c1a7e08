"""The fields of the index, and how it is opened.

Three kinds of document share one index, so that one commit changes all of them together: movies, the words
that occur in them (for spelling), and one that holds the outbox position.
"""

import tantivy

from cinedex.search.finding.port import EDGE_LETTERS, PREFIX_LETTERS, Tier

VERSION = 4
"""Raise it when the fields or their contents change: a newer program then builds a new generation."""

SAMPLED_SHARE = 16
"""One film of so many is in the sample by which very many films are counted."""

TITLE_COLUMNS = ("title0", "title1", "title2", "title3")
WORD_COLUMNS = ("word0", "word1", "word2")


TIERED_FIELDS = {
    "words": "whitespace",  # every word of title, director and cast, raw and canonical
    "prefix": "title_prefix",  # the first letters of the whole title without spaces, with and without its article
    "edges": "word_edge",  # the first letters of the title's and director's words
}

_TEXT_FIELDS = {
    **{field + tier: tokenizer for field, tokenizer in TIERED_FIELDS.items() for tier in Tier},
    "director": "whitespace",  # the director's words
    "joined": "whitespace",  # neighbouring words of the title without their space; acronyms
    "exact": "whitespace",  # the whole title without spaces, with and without its article
    **{
        f"slips{tier}": "whitespace" for tier in (Tier.FAMOUS, Tier.KNOWN)
    },  # a title's first letters, one left out
    "sample": "raw",  # one film of sixteen, to estimate counts by
    "person": "raw",  # the director's whole name, folded
    "word": "raw",  # spelling: the word
    "deletes1": "whitespace",  # spelling: the word's first letters with at most one left out,
    "deletes2": "whitespace",  # or two
    "state": "raw",  # the one document that holds the position
}

_COLUMNS = (
    "digest",
    "rank",  # the order of films that match equally well
    "standing",  # the rank again, mixed for reading
    "facts",  # mixed too
    "genre_bits",
    "by_score",  # sort keys: each unique, so that a page can begin where the one before it ended
    "by_year",
    "by_name",  # the first letters of the name; `name` tells films apart that share them
    *TITLE_COLUMNS,
    *WORD_COLUMNS,
)


def build_schema() -> tantivy.Schema:
    """Return the schema of a generation."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    for name in ("year", "score"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in _COLUMNS:
        builder.add_integer_field(name, fast=True)
    for name, tokenizer in _TEXT_FIELDS.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="basic")
    # Genres are counted by their titles, and names are sorted whole.
    for name in ("genre", "name"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("answer", stored=True)
    builder.add_integer_field("position", fast=True)
    builder.add_bytes_field("genres", stored=True)
    return builder.build()


def open_index(path: str, schema: tantivy.Schema, *, create: bool = False) -> tantivy.Index:
    """Open the index in the directory `path`, or create it there. Raises ValueError when it cannot be read."""
    index = tantivy.Index(schema, path, reuse=False) if create else tantivy.Index.open(path)
    index.config_reader("manual")
    # Tokenizers are not kept with the index; they are registered at every opening.
    for name, tokenizer in {
        "whitespace": tantivy.Tokenizer.whitespace(),
        "title_prefix": tantivy.Tokenizer.ngram(1, PREFIX_LETTERS, prefix_only=True),
        "word_edge": tantivy.Tokenizer.ngram(1, EDGE_LETTERS, prefix_only=True),
    }.items():
        index.register_tokenizer(name, tantivy.TextAnalyzerBuilder(tokenizer).build())
    return index

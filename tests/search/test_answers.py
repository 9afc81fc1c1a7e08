"""The version of the answers, by which a shared cache tells those of another program apart."""

from hashlib import sha256
from typing import Any

import msgspec

from cinedex.movies.schemas import MovieBody
from cinedex.search.answers import VERSION, ListAnswer, SearchAnswer, SuggestAnswer
from cinedex.search.engines.cluster import schema as cluster
from cinedex.search.engines.tantivy import schema as tantivy

SHAPES = {1: "9297edbd28b3ff41", 2: "67d3a9dbd07be595"}
"""What the shapes of each version come to. A version that nobody has run yet may be given another."""


def without_words(schema: Any) -> Any:
    """Return a JSON schema without what is only told."""
    if isinstance(schema, dict):
        return {name: without_words(part) for name, part in schema.items() if name != "description"}
    return [without_words(part) for part in schema] if isinstance(schema, list) else schema


def test_answers_of_another_shape_have_another_version() -> None:
    shapes = msgspec.json.schema_components([SearchAnswer, ListAnswer, SuggestAnswer])
    told = msgspec.json.encode(without_words([*shapes]), order="sorted")
    assert sha256(told).hexdigest()[:16] == SHAPES[VERSION]


def test_films_of_another_shape_are_indexed_anew() -> None:
    fields = "id", "name", "director", "imdb_score", "popularity", "genres", "year", "votes", "cast"
    versions = tantivy.VERSION, cluster.VERSION
    assert {versions: MovieBody.__struct_fields__} == {(4, 4): fields}

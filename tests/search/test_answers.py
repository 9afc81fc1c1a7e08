"""The version of the answers, by which a shared cache tells those of another program apart."""

from hashlib import sha256
from typing import Any

import msgspec

from cinedex.search.answers import VERSION, ListAnswer, SearchAnswer, SuggestAnswer

SHAPES = {1: "9297edbd28b3ff41"}
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

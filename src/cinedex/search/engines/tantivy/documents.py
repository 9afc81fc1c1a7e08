"""How a movie becomes a Tantivy document, and a word a spelling document."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import tantivy

from cinedex.search.engines.tantivy.packing import (
    TITLE_BYTES,
    WORD_BYTES,
    mixed,
    pack_genres,
    pack_order,
    pack_text,
)
from cinedex.search.engines.tantivy.schema import SAMPLED_SHARE, TITLE_COLUMNS, WORD_COLUMNS
from cinedex.search.engines.tantivy.spelling import DISTANCES
from cinedex.search.findable import Findable, SortKeys, thousandths
from cinedex.search.finding.facts import facts_of
from cinedex.search.finding.port import Tier
from cinedex.search.finding.slips import deletes, title_slips
from cinedex.search.models import MovieDocument
from cinedex.search.standing import Tiers

STATE = "state"


def movie_document(
    movie: MovieDocument, schema: tantivy.Schema, tiers: Tiers, genre_numbers: Mapping[str, int]
) -> tuple[tantivy.Document, set[str]]:
    """Return the document of a movie, and the words of its title and people.

    `genre_numbers` holds each of its genres.
    """
    terms = Findable.of(movie)
    title = terms.title
    tiered: dict[str, Any] = {
        "words": " ".join(terms.words),
        "prefix": list(terms.whole),
        "edges": list(terms.begun),
    }
    keys = SortKeys.of(movie, title)
    fields = {
        "id": movie.id,
        "digest": movie.digest,
        "standing": mixed(movie.rank),
        "facts": mixed(facts_of(movie, title, len(terms.director))),
        "genre": list(movie.genres),
        "genre_bits": pack_genres(genre_numbers[genre] for genre in movie.genres),
        **tiered,
        "director": " ".join(terms.director),
        "joined": " ".join(terms.joined),
        "exact": " ".join(terms.exact),
        "answer": movie.answer,
        **dict(zip(TITLE_COLUMNS, pack_text(title.joined, TITLE_BYTES), strict=True)),
        "rank": movie.rank,
        "by_score": keys.by_score,
        "by_year": keys.by_year,
        "by_name": pack_order(keys.name.partition("\t")[0]),
        "name": keys.name,
    }
    if movie.id % SAMPLED_SHARE == 0:
        fields["sample"] = "in"
    if terms.director:
        fields["person"] = " ".join(terms.director)
    if movie.year is not None:
        fields["year"] = movie.year
    if movie.score is not None:
        fields["score"] = thousandths(movie.score)
    if movie.rank >= tiers.known:
        fields |= {field + Tier.KNOWN: value for field, value in tiered.items()}
        fields["slips" + Tier.KNOWN] = " ".join(title_slips(title))
    if movie.rank >= tiers.famous:
        fields |= {field + Tier.FAMOUS: value for field, value in tiered.items()}
        fields["slips" + Tier.FAMOUS] = fields["slips" + Tier.KNOWN]
    return tantivy.Document.from_dict(fields, schema), terms.spelt


def word_documents(words: Iterable[str], schema: tantivy.Schema) -> Iterable[tantivy.Document]:
    """Yield the spelling documents of words."""
    for word in words:
        fields = {
            "word": word,
            **{f"deletes{distance}": " ".join(deletes(word, distance)) for distance in DISTANCES},
            **dict(zip(WORD_COLUMNS, pack_text(word, WORD_BYTES), strict=True)),
        }
        yield tantivy.Document.from_dict(fields, schema)


def state_document(position: int, genres: Sequence[str], schema: tantivy.Schema) -> tantivy.Document:
    """Return the document that tells which outbox position the index has applied, and its genres by number."""
    fields = {"state": STATE, "position": position, "genres": msgspec.json.encode(genres)}
    return tantivy.Document.from_dict(fields, schema)

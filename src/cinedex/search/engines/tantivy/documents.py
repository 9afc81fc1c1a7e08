"""How a movie becomes a Tantivy document, and a word a spelling document."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import tantivy

from cinedex.movies.models import YEARS
from cinedex.search.analysis import Title, acronym, analyse_title, canonical, neighbours, words_of
from cinedex.search.engines.tantivy.packing import (
    TITLE_BYTES,
    WORD_BYTES,
    pack_facts,
    pack_genres,
    pack_order,
    pack_spelling,
    pack_standing,
    pack_text,
    thousandths,
)
from cinedex.search.engines.tantivy.schema import SAMPLED_SHARE, TITLE_COLUMNS, WORD_COLUMNS, Tier
from cinedex.search.engines.tantivy.spelling import DISTANCES, deletes, title_slips
from cinedex.search.models import MovieDocument
from cinedex.search.standing import Tiers, steps_of

STATE = "state"
_ID_MASK = (1 << 32) - 1
_YEAR_BEFORE_ALL = YEARS[0] - 1


def movie_document(
    movie: MovieDocument, schema: tantivy.Schema, tiers: Tiers, genre_numbers: Mapping[str, int]
) -> tuple[tantivy.Document, set[str]]:
    """Return the document of a movie, and the words of its title and people.

    `genre_numbers` holds each of its genres.
    """
    title = analyse_title(movie.name)
    director = words_of(movie.director)
    raw = {*title.raw, *director}.union(*map(words_of, movie.cast))
    whole = {"".join(title.raw), title.joined, title.without_article}
    tiered: dict[str, Any] = {
        "words": " ".join(raw.union(map(canonical, title.raw))),
        "prefix": list(whole),
        "edges": list({*title.raw, *director}),
    }
    fields = {
        "id": movie.id,
        "digest": movie.digest,
        "standing": pack_standing(movie.rank),
        "facts": pack_facts(
            year=movie.year,
            score=movie.score,
            title_words=title.needed_words,
            article=title.article,
            is_turned=title.is_turned,
            director_words=len(director),
            spelling=pack_spelling(title.spelling),
        ),
        "genre": list(movie.genres),
        "genre_bits": pack_genres(genre_numbers[genre] for genre in movie.genres),
        **tiered,
        "director": " ".join(director),
        "joined": " ".join(_joined(movie.name, title, director)),
        "exact": " ".join({*whole, title.spelling.replace(" ", "")}),
        "answer": movie.answer,
        **dict(zip(TITLE_COLUMNS, pack_text(title.joined, TITLE_BYTES), strict=True)),
        **_sort_keys(movie, title),
    }
    if movie.id % SAMPLED_SHARE == 0:
        fields["sample"] = "in"
    if director:
        fields["person"] = " ".join(director)
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
    return tantivy.Document.from_dict(fields, schema), raw


def _joined(name: str, title: Title, director: Sequence[str]) -> list[str]:
    short = acronym(name)
    return [*neighbours(title.raw), *neighbours(director), *([short] if short else [])]


def _sort_keys(movie: MovieDocument, title: Title) -> dict[str, Any]:
    """Return the keys that films are sorted by; the better known of equals, then the older one, is first."""
    prominence, age = steps_of(movie.rank), _ID_MASK - (movie.id & _ID_MASK)
    score = 0 if movie.score is None else 1 + thousandths(movie.score)
    year = 0 if movie.year is None else movie.year - _YEAR_BEFORE_ALL
    name = " ".join(title.raw[1:] if title.article else title.raw)
    return {
        "rank": movie.rank,
        "by_score": score << 48 | (prominence >> 4) << 32 | age,
        "by_year": year << 52 | prominence << 32 | age,
        "by_name": pack_order(name),
        "name": f"{name}\t{movie.id:020}",
    }


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

"""What a half typed text may become: films, and directors with how many films they have."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
from tantivy import Query

from cinedex.search.analysis import analyse_query, words_of
from cinedex.search.engines.tantivy.filtering import Screen
from cinedex.search.engines.tantivy.finding import Ranked, rank, read_answer, read_hits
from cinedex.search.engines.tantivy.snapshot import Snapshot
from cinedex.search.models import NO_FILTERS, Suggestion

_MOST_DIRECTORS = 3


class _Film(msgspec.Struct):
    name: str
    director: str | None
    year: int | None


def suggest(snapshot: Snapshot, text: str, limit: int) -> list[Suggestion]:
    """Return the directors whose names the text may begin, then films, at most `limit` together."""
    ranked = rank(snapshot, analyse_query(text), Screen(snapshot, NO_FILTERS), limit)
    if ranked is None:
        return []
    directors = list(islice(_directors(snapshot, ranked), min(_MOST_DIRECTORS, limit)))
    films = [
        Suggestion("film", film.name, id=hit.id, year=film.year)
        for hit in read_hits(snapshot, ranked.films[: limit - len(directors)])
        for film in [msgspec.json.decode(hit.answer, type=_Film)]
    ]
    return [*directors, *films]


def _directors(snapshot: Snapshot, ranked: Ranked) -> Iterator[Suggestion]:
    """Yield the directors of the films that were found by their director, the best film's first."""
    seen: set[str] = set()
    for found in ranked.films:
        if not found.candidate.director_share:
            continue
        film = msgspec.json.decode(read_answer(snapshot.searcher, found.address), type=_Film)
        person = " ".join(words_of(film.director or ""))
        if person not in seen:
            seen.add(person)
            yield Suggestion("director", film.director or "", films=_count(snapshot, person))


def _count(snapshot: Snapshot, person: str) -> int:
    """Return how many films a person directed; those that were deleted are still in the term's own count."""
    films = Query.term_query(snapshot.schema, "person", person, index_option="basic")
    found: Any = snapshot.searcher.search(films, 1)
    total: int = found.count
    return total

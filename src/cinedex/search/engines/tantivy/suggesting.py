"""What a half typed text may become: films, and directors with how many films they have."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from cinedex.search.analysis import analyse_query, words_of
from cinedex.search.engines.tantivy.filtering import Screen
from cinedex.search.engines.tantivy.finding import Ranked, rank, read_hits
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
        for hit in read_hits(snapshot, ranked, limit - len(directors))
        for film in [msgspec.json.decode(hit.answer, type=_Film)]
    ]
    return [*directors, *films]


def _directors(snapshot: Snapshot, ranked: Ranked) -> Iterator[Suggestion]:
    """Yield the directors of the films that were found by their director, the best film's first."""
    share = ranked.pool.candidates.director_share
    seen: set[str] = set()
    for at in ranked.order:
        if not share[at]:
            continue
        film = msgspec.json.decode(snapshot.searcher.doc(ranked.pool.addresses[at])["answer"][0], type=_Film)
        person = " ".join(words_of(film.director or ""))
        if person not in seen:
            seen.add(person)
            films = snapshot.searcher.doc_freq("person", person)
            yield Suggestion("director", film.director or "", films=films)

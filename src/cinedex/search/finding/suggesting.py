"""What a half typed text may become: films, and directors with how many films they have."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from cinedex.search.analysis import words_of
from cinedex.search.finding.rounds import Ranked
from cinedex.search.finding.shelf import Shelf
from cinedex.search.models import NO_FILTERS, Suggestion

_MOST_DIRECTORS = 3


class _Film(msgspec.Struct):
    name: str
    director: str | None
    year: int | None


async def suggest(shelf: Shelf, text: str, limit: int) -> list[Suggestion]:
    """Return the directors whose names the text may begin, then films, at most `limit` together."""
    ranked = await shelf.rank(text, NO_FILTERS, limit)
    if ranked is None:
        return []
    directors = [
        Suggestion("director", name, films=await shelf.count_of(person))
        for person, name in islice(_directors(shelf, ranked), min(_MOST_DIRECTORS, limit))
    ]
    films = [
        Suggestion("film", film.name, id=hit.id, year=film.year)
        for hit in shelf.read(film.handle for film in ranked.films[: limit - len(directors)])
        for film in [msgspec.json.decode(hit.answer, type=_Film)]
    ]
    return [*directors, *films]


def _directors(shelf: Shelf, ranked: Ranked) -> Iterator[tuple[str, str]]:
    """Yield the directors of the films that were found by their director, folded and as written, the best film's first."""
    seen: set[str] = set()
    for found in ranked.films:
        if not found.candidate.director_share:
            continue
        [hit] = shelf.read([found.handle])
        film = msgspec.json.decode(hit.answer, type=_Film)
        person = " ".join(words_of(film.director or ""))
        if person not in seen:
            seen.add(person)
            yield person, film.director or ""

"""What a text asks for: the words to search for, and the filters that stand among them."""

from typing import NamedTuple

import msgspec

from cinedex.search.models import Filters, Listing, Reads, SearchQuery
from cinedex.search.port import SearchEngine
from cinedex.search.reading import Reading, read


class Meaning(NamedTuple):
    """What is searched for: a text (empty for all films) within filters, and what of them was read, if anything."""

    text: str
    filters: Filters
    read_as: Reading | None = None


async def interpret(engine: SearchEngine, text: str, filters: Filters, reads: Reads) -> Meaning:
    """Return what a text asks for within the filters that were given, which win over those that are read.

    Plain signs such as `>8` are always read. Words that may be part of a title are read only where the text as
    it stands has no strong answer and the reading has one. Raises IndexUnavailable.
    """
    literal = Meaning(text, filters)
    if not text or reads is Reads.NEVER:
        return literal
    reading = read(text, await engine.genres())
    if reading is None:
        return literal
    meaning = _meaning(reading, filters)
    if reading.is_explicit or reads is Reads.ALWAYS:
        return meaning
    is_strong = (await engine.search(SearchQuery(text, 1, filters))).is_strong
    return literal if is_strong or not await _finds(engine, meaning) else meaning


def _meaning(reading: Reading, given: Filters) -> Meaning:
    """Put a reading and the filters that were given together; years are one range, given or read."""
    found, has_years = reading.filters, (given.year_from, given.year_to) != (None, None)
    kept = Filters(
        genres=() if given.genres else found.genres,
        director=None if given.director is not None else found.director,
        year_from=None if has_years else found.year_from,
        year_to=None if has_years else found.year_to,
        score_from=None if given.score_from is not None else found.score_from,
    )
    both = Filters(
        genres=given.genres or kept.genres,
        director=given.director or kept.director,
        year_from=given.year_from or kept.year_from,
        year_to=given.year_to or kept.year_to,
        score_from=kept.score_from if given.score_from is None else given.score_from,
    )
    return Meaning(reading.text, both, msgspec.structs.replace(reading, filters=kept))


async def _finds(engine: SearchEngine, meaning: Meaning) -> bool:
    if meaning.text:
        # Where what is left is a guess too, the whole was rather a title with a slip: "spy kdis".
        found = await engine.search(SearchQuery(meaning.text, 1, meaning.filters))
        return found.is_strong and bool(found.hits)
    return bool((await engine.list(Listing(None, meaning.filters, limit=1))).hits)

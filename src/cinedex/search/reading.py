"""Filters read out of the text of a query: "comedies from the 90s", "kurosawa >8 before 1960".

Some signs are no words of any title (">8", "genre:drama") and are always read. Words such as "western" or
"fifties" may be either, so the caller searches for them as they stand first. A bare year is never a filter: it
is a nudge of the ranking ("king kong 1933"), and part of titles ("blade runner 2049").
"""

import re
from collections.abc import Sequence
from functools import lru_cache, reduce

import msgspec

from cinedex.foundation.folding import fold
from cinedex.movies.models import HIGHEST_SCORE, YEARS
from cinedex.search.analysis import OPTIONAL_WORDS
from cinedex.search.models import NO_FILTERS, Filters

_SIGNS = re.compile(
    r"""(?<!\S)(?:
      (?:score)?\s?(?:>=?|≥)\s?(?P<above>\d{1,2}(?:\.\d+)?)
    | score:(?P<score>\d{1,2}(?:\.\d+)?)
    | (?P<plus>\d{1,2}(?:\.\d+)?)\+
    | (?:year:)?(?P<from>\d{4})(?:-|–|\.\.)(?P<to>\d{4})
    | year:(?P<year>\d{4})
    | (?P<word>since|after|before)\s+(?P<bound>\d{4})
    | genre:(?:["“](?P<genre_name>[^"“”]+)["”]|(?P<genre>[^\s"“”]+))
    | (?:director|dir):(?:["“](?P<director_name>[^"“”]+)["”]|(?P<director>[^\s"“”]+))
    )(?!\S)""",
    re.IGNORECASE | re.VERBOSE,
)

# Each sign has one of these.
_MARK = re.compile(r"[\d>≥:+]")

# What genres are called beside the names that catalogues give them, folded; the first that is there is meant.
_SYNONYMS = {
    "scifi": ("sci fi", "science fiction"),
    "sci fi": ("science fiction",),
    "science fiction": ("sci fi",),
    "cartoon": ("animation", "animated"),
    "animated": ("animation",),
    "biopic": ("biography",),
    "biographical": ("biography",),
    "dark comedy": ("black comedy",),
    "romcom": ("romantic comedy",),
    "rom com": ("romantic comedy",),
    "romantic": ("romance",),
    "whodunit": ("mystery",),
    "film noir": ("noir",),
    "noir": ("film noir",),
    "historical": ("history",),
    "kids": ("children", "family"),
    "kung fu": ("martial arts",),
}

# "20s" are the 1920s, of which more is told than of the 2020s; "00s" and "10s" are nothing but the 2000s and
# the 2010s.
_DECADES = {f"{year}s": year for year in YEARS if year % 10 == 0}
_DECADES |= {f"{year % 100:02}s": year for year in range(1920, 2020, 10)}
_DECADES |= {
    word: year
    for year, word in zip(
        range(1920, 2000, 10),
        "twenties thirties forties fifties sixties seventies eighties nineties".split(),
        strict=True,
    )
}
# "from the 90s"
_BEFORE_A_DECADE = frozenset(["from", "of", "in", "the"])
_FILLER = frozenset("best movie movies film films".split())
_MOST_WORDS_OF_A_GENRE = 3


class Reading(msgspec.Struct, frozen=True):
    """What was read of a text: what is left of it, the filters, and whether they were plainly meant as such.

    Nothing left means that all films within the filters are wanted, the best known first.
    """

    text: str
    filters: Filters
    is_explicit: bool


def read(text: str, genres: Sequence[str]) -> Reading | None:
    """Read the filters out of a text; `genres` are the catalogue's. None if there are none.

    Explicit: `>8`, `>=8`, `score>8`, `score:8`, `8+` (all "8 or more"), `year:1990`, `1990-1999`, `1990..1999`,
    `genre:drama`, `director:kurosawa`, `dir:"akira kurosawa"`. Several of them narrow each other, but a second
    director replaces the first. Scores above ten and years out of range are left in the text.

    Not explicit are `since`, `after` and `before 1990`, genres by their names, plurals and synonyms, and decades
    ("50s", "1950s", "fifties"); with these "best", "movies" and the like are left out. Beside signs and years
    such words are only read when nothing else is left: "drama queen >8" may be a title, "drama >8" is not.
    """
    known = _names(tuple(genres))
    if not _MARK.search(text) and _telling(tuple(genres)).isdisjoint(fold(text).split()):
        # So it is with nearly all texts.
        return None
    left, signs, is_explicit = _read_signs(text, known)
    words, filters = _read_words(left.split(), known)
    if signs != NO_FILTERS:
        if words:
            return Reading(left, signs, is_explicit)
        return Reading("", _narrowed(signs, filters), is_explicit)
    if filters == NO_FILTERS:
        return None
    # Two words may have come together as a sign.
    left, more, _ = _read_signs(" ".join(words), known)
    return Reading(left, _narrowed(filters, more), is_explicit=False)


def _read_signs(text: str, known: dict[str, str]) -> tuple[str, Filters, bool]:
    """Return the text without the signs that can be read, their filters, and whether one can be nothing else."""
    filters, is_explicit = NO_FILTERS, False
    while True:
        found = [(sign, read) for sign in _SIGNS.finditer(text) if (read := _filters(sign, known))]
        if not found:
            return text, filters, is_explicit
        # "Ever After" may be followed by its year.
        is_explicit = is_explicit or any(sign["word"] is None for sign, _ in found)
        filters = reduce(_narrowed, (read for _, read in found), filters)
        for sign, _ in reversed(found):
            text = text[: sign.start()] + text[sign.end() :]
        # What stood around a sign may be one now.
        text = " ".join(text.split())


def _filters(sign: re.Match[str], known: dict[str, str]) -> Filters | None:
    """Return the filters that a sign stands for; None if its value is out of range."""
    part = sign.groupdict()
    if score := part["above"] or part["score"] or part["plus"]:
        return Filters(score_from=float(score)) if float(score) <= HIGHEST_SCORE else None
    if genre := part["genre_name"] or part["genre"]:
        name = fold(genre)
        return Filters(genres=(known.get(name, genre.strip()),)) if name else None
    if director := part["director_name"] or part["director"]:
        return Filters(director=director.strip()) if fold(director) else None
    return _years(part)


def _years(part: dict[str, str | None]) -> Filters | None:
    first, last = part["from"] or part["year"], part["to"] or part["year"]
    year_from, year_to = int(first) if first else None, int(last) if last else None
    if bound := part["bound"]:
        match (part["word"] or "").lower():
            case "since":
                year_from = int(bound)
            case "after":
                year_from = int(bound) + 1
            case _:
                year_to = int(bound) - 1
    in_range = all(year in YEARS for year in (year_from, year_to) if year is not None)
    return (
        Filters(year_from=year_from, year_to=year_to)
        if in_range and not _is_empty(year_from, year_to)
        else None
    )


def _is_empty(year_from: int | None, year_to: int | None) -> bool:
    return year_from is not None and year_to is not None and year_from > year_to


def _read_words(words: list[str], known: dict[str, str]) -> tuple[list[str], Filters]:
    """Return the words that are no filters, nor filler beside one, and the filters."""
    folded = [fold(word) for word in words]
    genres: dict[str, None] = {}
    decades: list[int] = []
    left: list[int] = []
    at = 0
    while at < len(words):
        length = _genre_at(folded, at, known)
        if length:
            genres[known[" ".join(folded[at : at + length])]] = None
        elif folded[at] in _DECADES:
            decades.append(_DECADES[folded[at]])
            while left and folded[left[-1]] in _BEFORE_A_DECADE:
                left.pop()
        else:
            left.append(at)
        at += length or 1
    years = (min(decades), max(decades) + 9) if decades else (None, None)
    filters = Filters(genres=tuple(genres), year_from=years[0], year_to=years[1])
    kept = [words[at] for at in left if folded[at] not in _FILLER]
    # "the … of the" is nothing to search for, nor are marks alone.
    return [] if OPTIONAL_WORDS.issuperset(filter(None, map(fold, kept))) else kept, filters


def _genre_at(folded: list[str], at: int, known: dict[str, str]) -> int:
    """Return how many words from here on name a genre, as many as can be; 0 if they name none."""
    longest = range(min(_MOST_WORDS_OF_A_GENRE, len(folded) - at), 0, -1)
    return next((length for length in longest if " ".join(folded[at : at + length]) in known), 0)


@lru_cache(maxsize=8)
def _names(genres: tuple[str, ...]) -> dict[str, str]:
    """Return the genres by what they may be called, folded: their names, else synonyms, and plurals of both."""
    titles = {name: genre for genre in genres if (name := fold(genre))}
    synonyms = {
        synonym: titles[name]
        for synonym, names in _SYNONYMS.items()
        for name in reversed(names)
        if name in titles
    }
    singular = synonyms | titles
    plural = {_plural(name): genre for name, genre in singular.items()}
    return plural | singular


@lru_cache(maxsize=8)
def _telling(genres: tuple[str, ...]) -> frozenset[str]:
    """Return the words that a genre's name or a decade may begin with."""
    return frozenset(_DECADES).union(name.split()[0] for name in _names(genres))


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


def _narrowed(filters: Filters, more: Filters) -> Filters:
    """Return filters that ask for both; where no year can be both, the later ones hold."""
    year_from = max((year for year in (filters.year_from, more.year_from) if year is not None), default=None)
    year_to = min((year for year in (filters.year_to, more.year_to) if year is not None), default=None)
    if _is_empty(year_from, year_to):
        year_from, year_to = more.year_from, more.year_to
    scores = [score for score in (filters.score_from, more.score_from) if score is not None]
    return Filters(
        genres=tuple(dict.fromkeys((*filters.genres, *more.genres))),
        director=more.director or filters.director,
        year_from=year_from,
        year_to=year_to,
        score_from=max(scores, default=None),
    )

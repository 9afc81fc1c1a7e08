"""Why a film matched: in which of its texts a query's words stand, as what, and where.

It tells what the words are, not how the film was found, so it needs no index and suits any engine. A word is
looked for in all of the film before it may be a slip: "Jane" is no mistyped "Jean" where the cast has a Jane.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from cinedex.search.analysis import OPTIONAL_WORDS, Title
from cinedex.search.film_words import FilmWords, NearSpot, Spot, film_words
from cinedex.search.places import Range

Field = Literal["name", "director", "cast", "year"]
Kind = Literal["exact", "exact_without_article", "prefix", "words", "typo"]

# The beginning of so few letters is found in nearly every film; one text is enough.
_SHORTEST_BEGINNING = 3
# So many words of a query may have slips.
_MOST_WORDS_WITH_SLIPS = 16


class Match(msgspec.Struct, frozen=True):
    """A text of a film in which words of the query were found.

    `text` is as the catalogue writes it; `ranges` are the places in it, half-open, in characters (code
    points), in order and without overlap. Of a half typed last word only the typed letters are marked.

    `kind` is `exact` for the whole text, word by word, numerals in any spelling; `exact_without_article`;
    `prefix` if the text begins with the query, an article left out or not; `words` for words as typed, run
    together or split too; `typo` if a word was only found by its spelling.
    """

    field: Field
    text: str
    kind: Kind
    ranges: tuple[Range, ...]


class _Film(msgspec.Struct):
    """What is read of a movie's JSON."""

    name: str
    director: str | None = None
    year: int | None = None
    cast: tuple[str, ...] = ()


def explain(
    query: Title, *, name: str, director: str | None = None, year: int | None = None, cast: Sequence[str] = ()
) -> list[Match]:
    """Return what the query's words matched: the name, the director, each person of the cast, the year.

    A text that only has words such as "the" and "of" in common with a query of more is left out.
    """
    people = (*cast,) if director is None else (director, *cast)
    film = film_words(name, people)
    year_word = str(year or "")
    ranges: dict[int, list[Range]] = {}
    telling: set[int] = set()
    with_slips: set[int] = set()
    for at, word in enumerate(query.raw):
        spots = _as_typed(query, at, film)
        if not spots:
            spots = [(number, typed) for number, _, typed in _slips(query, at, film)]
            with_slips.update(number for number, _ in spots)
        tells = word not in OPTIONAL_WORDS
        for number, place in spots:
            ranges.setdefault(number, []).append(place)
            if tells:
                telling.add(number)
    if not telling and OPTIONAL_WORDS.issuperset(query.raw):
        telling.update(ranges)
    matches = [
        Match(
            "name" if number == 0 else "director" if number <= len(people) - len(cast) else "cast",
            people[number - 1] if number else name,
            "typo" if number in with_slips else _kind(query, film.places(number).title),
            _merged(ranges[number]),
        )
        for number in sorted(telling)
    ]
    if year_word in query.raw:
        kind: Kind = "exact" if len(query.raw) == 1 else "words"
        matches.append(Match("year", year_word, kind, ((0, len(year_word)),)))
    return matches


def did_you_mean(query: Title, matches: Sequence[Match]) -> str | None:
    """Return the query with its slips put right as the best film, explained by `matches`, writes the words.

    In lower case; None when nothing was put right.
    """
    if not any(match.kind == "typo" for match in matches):
        return None
    written = [match.text for match in matches if match.field != "year"]
    film = FilmWords(written)
    right: dict[str, str] = {}
    for at, word in enumerate(query.raw):
        if not _as_typed(query, at, film):
            for number, place, _ in _slips(query, at, film)[:1]:
                right[word] = written[number][slice(*place)].lower()
    return " ".join(right.get(word, word) for word in query.spelling.split()) if right else None


def annotated(answer: bytes, query: Title) -> bytes:
    """Return a movie's JSON with `matched_on` put in as its last field: why it matched the query."""
    film = _READER.decode(answer)
    matches = explain(query, name=film.name, director=film.director, year=film.year, cast=film.cast)
    return b'%b,"matched_on":%b}' % (answer[:-1], _WRITER.encode(matches))


_READER = msgspec.json.Decoder(_Film)
_WRITER = msgspec.json.Encoder()


def _as_typed(query: Title, at: int, film: FilmWords) -> Sequence[Spot]:
    """Return where the film has this word of the query without a slip: whole, else joined, half typed or split."""
    word = query.raw[at]
    if whole := film.whole(word, query.canonical[at]):
        return whole
    if spots := film.joined(word, goes_on=at == len(query.raw) - 1):
        is_short = len(word) < _SHORTEST_BEGINNING
        return [spot for spot in spots if spot[0] == spots[0][0]] if is_short else spots
    last_pair = len(query.raw) - 2
    spots = []
    for first in range(max(0, at - 1), min(at, last_pair) + 1):
        pair = "".join(query.raw[first : first + 2])
        spots += film.whole(pair, pair) or film.joined(pair, goes_on=first == last_pair)
    return spots


def _slips(query: Title, at: int, film: FilmWords) -> list[NearSpot]:
    word = query.raw[at]
    if word in OPTIONAL_WORDS or at >= _MOST_WORDS_WITH_SLIPS:
        return []
    return film.near(word, goes_on=at == len(query.raw) - 1)


def _kind(query: Title, title: Title) -> Kind:
    """Return what the query is of a text that has all its words of the query as typed."""
    if query.canonical == title.canonical or query.spelling == title.spelling:
        return "exact"
    bare = _bare(title)
    if _bare(query) == bare:
        return "exact_without_article"
    if _begins(title.canonical, query.canonical) or _begins(bare, query.canonical):
        return "prefix"
    return "prefix" if title.spelling.startswith(query.spelling) else "words"


def _bare(title: Title) -> tuple[str, ...]:
    return title.canonical[1:] if title.article else title.canonical


def _begins(words: tuple[str, ...], beginning: tuple[str, ...]) -> bool:
    """Say whether the words begin with others, of which the last may be half typed."""
    whole = len(beginning) - 1
    return (
        len(words) > whole and words[:whole] == beginning[:whole] and words[whole].startswith(beginning[-1])
    )


def _merged(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Return the ranges in order, those that overlap as one."""
    if len(ranges) == 1:
        return (ranges[0],)
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)

"""The order of results: what makes one film a better answer than another, whichever engine found them.

An engine finds candidates; `rank` orders them. Every feature lies between 0 and 1, so a weight says what the
feature is worth at most. `docs/search.md` explains them in words.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from cinedex.search.analysis import OPTIONAL_WORDS, Title, without_years, year_of

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LONGEST_COMPARED = 32
"""So many bytes of a title take part in comparisons of spelling."""


class Candidates(NamedTuple):
    """What an engine says of the films it found, one row each.

    `coverage` is the share of the query's words that a film has (a word put right counts less than a word
    as typed); `titles` are joined canonical titles in UTF-8, cut to LONGEST_COMPARED, `articles` the length
    of the article each begins with, and `title_words` how many words it has, optional ones left out;
    `same_year` marks films of a year that the query names, `same_spelling` titles typed exactly so;
    `director_share` is the part of the director's name that the query gives, 0 if it names somebody else.
    """

    coverage: Numbers
    prominence: Numbers
    same_year: Flags
    same_spelling: Flags
    titles: list[bytes]
    title_words: npt.NDArray[np.int64]
    articles: npt.NDArray[np.int64]
    director_share: Numbers


class Weights(NamedTuple):
    """What each feature is worth."""

    coverage: float = 2.5
    likeness: float = 1.2
    prefix: float = 0.8
    begins: float = 0.6
    share: float = 0.7
    whole: float = 0.3
    same_spelling: float = 0.25
    prominence: float = 0.9
    year: float = 1.0
    director: float = 1.6
    no_article: float = 0.9
    other_number: float = -1.2


WEIGHTS = Weights()

# The best candidate is good enough if the words as typed are there, or all but a slip, and the title says so too.
_STRONG = ((0.97, 0.8), (0.8, 0.88))

# From here on a title is like the query rather than by chance.
_LIKE = 0.7

_NUMBER = re.compile(rb"\d+")


class Scores(NamedTuple):
    """The score of each candidate, and whether the best of them is good enough to look no further."""

    score: Numbers
    is_strong: bool


def score(query: Title, found: Candidates) -> Scores:
    """Score candidates, at least one, for a query that has at least one word."""
    match = _match_titles(query, found)
    total = (
        WEIGHTS.coverage * found.coverage
        + WEIGHTS.likeness * match.likeness**2
        + WEIGHTS.prefix * match.starts**2
        + WEIGHTS.begins * match.begins
        + WEIGHTS.share * match.share
        + WEIGHTS.whole * match.whole
        + WEIGHTS.same_spelling * found.same_spelling
        + WEIGHTS.prominence * found.prominence
        + WEIGHTS.year * found.same_year
        + WEIGHTS.director * _named(found.director_share)
        + WEIGHTS.other_number * _lack_a_number(query, found.titles)
    )
    best = int(total.argmax())
    evidence = max(match.likeness[best], match.starts[best], found.director_share[best] > 0)
    if _agree(query, found.titles[best][found.articles[best] :]):
        evidence = max(evidence, match.share[best])
    is_strong = any(
        found.coverage[best] >= coverage and evidence >= likeness for coverage, likeness in _STRONG
    )
    return Scores(total, is_strong)


class _Match(NamedTuple):
    """How each title compares with the query, rows as in the candidates."""

    likeness: Numbers
    """1 less the edits for each letter, both without article."""
    starts: Numbers
    """The same for the beginning of the title, as long as the query."""
    share: Numbers
    """The share of the title's words that the query has."""
    begins: Flags
    """Whether the title, with its article, begins with the query."""
    whole: Flags
    """Whether it is the query."""


def _match_titles(query: Title, found: Candidates) -> _Match:
    match = _match(query, found)
    if query.article:
        # An article that was typed speaks a little for titles that have one.
        keep = np.where(found.articles > 0, 1.0, WEIGHTS.no_article)
        match = match._replace(likeness=keep * match.likeness, starts=keep * match.starts)
    # A film found by its director need not be like the query; what little it is like it says nothing.
    is_noise = (found.director_share > 0) & (match.likeness < _LIKE)
    match = match._replace(
        **{name: np.where(is_noise, 0.0, getattr(match, name)) for name in ("likeness", "starts", "share")}
    )
    yearless = without_years(query)
    if yearless is None or not found.same_year.any():
        return match
    # In a film of the year that the query names, the year need not be in the title as well.
    other = _match(yearless, found)
    return _Match(
        *(np.where(found.same_year, np.maximum(*pair), pair[0]) for pair in zip(match, other, strict=True))
    )


def _match(query: Title, found: Candidates) -> _Match:
    titles = [title[start:] for title, start in zip(found.titles, found.articles.tolist(), strict=True)]
    typed = query.without_article.encode()[:LONGEST_COMPARED]
    with_article = query.joined.encode()[:LONGEST_COMPARED]
    return _Match(
        likeness=_likeness(typed, titles),
        starts=_likeness(typed, [title[: len(typed)] for title in titles]),
        share=np.minimum(1.0, found.coverage * query.needed_words / np.maximum(1, found.title_words)),
        begins=_flags(title.startswith(with_article) for title in found.titles),
        whole=_flags(title == with_article for title in found.titles),
    )


def _agree(query: Title, title: bytes) -> bool:
    """Say whether the query holds the title, or the title the words of the query: not only those of its cast."""
    return title in query.joined.encode() or all(
        word.encode() in title for word in query.canonical if word not in OPTIONAL_WORDS
    )


def _named(director_share: Numbers) -> Numbers:
    """Return 1 for a director named in full, a half for one named in part, be it one name of two or of three."""
    return np.where(director_share >= 1, 1.0, 0.5 * (director_share > 0))


def _lack_a_number(query: Title, titles: list[bytes]) -> Flags:
    """Mark titles without a number that the query names: "rocky 2" is not Rocky, nor Rocky III."""
    numbers = {word.encode() for word in query.canonical if word.isdigit() and year_of(word) is None}
    if not numbers:
        return np.zeros(len(titles), np.bool_)
    # A title that was cut may have had the number further on.
    return _flags(
        len(title) < LONGEST_COMPARED and not numbers <= set(_NUMBER.findall(title)) for title in titles
    )


def _likeness(typed: bytes, texts: list[bytes]) -> Numbers:
    likeness: Numbers = cdist([typed], texts, scorer=OSA.normalized_similarity, dtype=np.float64)[0]
    return likeness


def _flags(flags: Iterable[bool]) -> Flags:
    return np.fromiter(flags, np.bool_)

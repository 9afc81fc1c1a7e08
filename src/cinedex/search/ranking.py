"""The order of results: what makes one film a better answer than another, whichever engine found them.

An engine finds candidates; `rank` orders them. Every feature lies between 0 and 1, so a weight says what the
feature is worth at most. `docs/search.md` explains them in words.
"""

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from cinedex.search.analysis import Title, without_years, year_of

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

    coverage: float = 2.0
    likeness: float = 1.5
    prefix: float = 0.6
    begins: float = 0.3
    share: float = 0.5
    whole: float = 0.3
    same_spelling: float = 0.25
    prominence: float = 0.9
    year: float = 1.0
    director: float = 1.6
    other_number: float = -1.2


class Scores(NamedTuple):
    """The score of each candidate, and whether the best of them is good enough to look no further."""

    score: Numbers
    is_strong: bool


_NUMBER = re.compile(rb"\d+")
_STRONG_COVERAGE, _STRONG_LIKENESS = 0.97, 0.8


def score(query: Title, found: Candidates, weights: Weights = Weights()) -> Scores:  # noqa: B008 -- frozen
    """Score candidates, at least one, for a query that has at least one word."""
    titles = [title[start:] for title, start in zip(found.titles, found.articles.tolist(), strict=True)]
    likeness, starts = _compare(query, titles)
    words = query.needed_words
    whole = _equal(query, found.titles)
    typed = query.joined.encode()[:LONGEST_COMPARED]
    begins = np.fromiter(
        (title.startswith(typed) for title in found.titles), dtype=np.bool_, count=len(titles)
    )
    yearless = without_years(query)
    if yearless and found.same_year.any():
        # In a film of the year that the query names, the year need not be in the title as well.
        likeness_, starts_ = _compare(yearless, titles)
        likeness = np.where(found.same_year, np.maximum(likeness, likeness_), likeness)
        starts = np.where(found.same_year, np.maximum(starts, starts_), starts)
        whole |= found.same_year & _equal(yearless, found.titles)
        words = yearless.needed_words
    share = np.minimum(1.0, found.coverage * words / np.maximum(1, found.title_words))
    total = (
        weights.coverage * found.coverage
        + weights.likeness * likeness**2
        + weights.prefix * starts**2
        + weights.begins * begins
        + weights.share * share
        + weights.whole * whole
        + weights.same_spelling * found.same_spelling
        + weights.prominence * found.prominence
        + weights.year * found.same_year
        + weights.director * found.director_share**2
        + weights.other_number * _lack_a_number(query, found.titles)
    )
    best = int(total.argmax())
    evidence = max(likeness[best], starts[best], share[best], found.director_share[best])
    coverage = found.coverage[best]
    return Scores(
        total,
        bool(
            (coverage >= _STRONG_COVERAGE and evidence >= _STRONG_LIKENESS)
            or (coverage >= 0.8 and evidence >= 0.88)
        ),
    )


def _compare(query: Title, titles: list[bytes]) -> tuple[Numbers, Numbers]:
    """Return how like the query each title is, and how like the beginning of each title."""
    typed = query.without_article.encode()[:LONGEST_COMPARED]
    return _likeness(typed, titles), _likeness(typed, [title[: len(typed)] for title in titles])


def _equal(query: Title, titles: list[bytes]) -> Flags:
    typed = query.joined.encode()[:LONGEST_COMPARED]
    return np.fromiter((title == typed for title in titles), dtype=np.bool_, count=len(titles))


def _lack_a_number(query: Title, titles: list[bytes]) -> Flags:
    """Mark titles without a number that the query names: "rocky 2" is not Rocky, nor Rocky III."""
    numbers = {word.encode() for word in query.canonical if word.isdigit() and year_of(word) is None}
    if not numbers:
        return np.zeros(len(titles), dtype=np.bool_)
    return np.fromiter(
        # A title that was cut may have had the number further on.
        (len(title) < LONGEST_COMPARED and not numbers <= set(_NUMBER.findall(title)) for title in titles),
        dtype=np.bool_,
        count=len(titles),
    )


def _likeness(typed: bytes, texts: list[bytes]) -> Numbers:
    likeness: Numbers = cdist([typed], texts, scorer=OSA.normalized_similarity, dtype=np.float64)[0]
    return likeness

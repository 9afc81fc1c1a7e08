"""The order of results: what makes one film a better answer than another, whichever engine found them.

An engine finds candidates; `score` orders them. Every feature lies between 0 and 1, so a weight says what the
feature is worth at most. `docs/search.md` explains them in words.
"""

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from cinedex.search.analysis import OPTIONAL_WORDS, Title, as_it_stands, without_years, year_of

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LONGEST_COMPARED = 32
"""So many bytes of a title take part in comparisons of spelling."""


class Candidates(NamedTuple):
    """What an engine says of the films it found, one row each.

    `coverage` is the share of the query's words that a film has (a word put right counts less than a word
    as typed); `titles` are joined canonical titles in UTF-8, cut to LONGEST_COMPARED, `articles` the length
    of the article each begins with, `turned` those whose article stands behind in the catalogue, and
    `title_words` how many words it has, optional ones left out; `same_year` marks films of a year that the
    query names, `same_spelling` titles typed exactly so; `director_share` is the part of the director's name
    that the query gives, 0 if it names somebody else.
    """

    coverage: Numbers
    prominence: Numbers
    same_year: Flags
    same_spelling: Flags
    titles: list[bytes]
    title_words: npt.NDArray[np.int64]
    articles: npt.NDArray[np.int64]
    turned: Flags
    director_share: Numbers


class Weights(NamedTuple):
    """What each feature is worth, in the order in which `score` lists them."""

    coverage: float = 2.5
    likeness: float = 1.2
    starts: float = 0.8
    begins: float = 0.6
    share: float = 0.7
    whole: float = 0.3
    bare: float = 0.5
    same_spelling: float = 0.25
    as_written: float = 0.8
    untyped_article: float = -0.25
    prominence: float = 0.9
    year: float = 1.0
    director: float = 2.2
    other_number: float = -1.2


WEIGHTS = Weights()

# What a title that only begins with the query has of the likeness and the share of one that ends there too:
# how long it goes on must not decide among beginnings, popularity should.
_BEGUN_LIKENESS, _BEGUN_SHARE = 0.8, 0.7
# A title so near to the query has its words, whatever was looked up.
_NEARNESS = 0.9
# An article that was typed speaks a little for titles that have one.
_NO_ARTICLE = 0.9

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
    has_article = (found.articles > 0) & ~found.turned
    features = (
        np.maximum(found.coverage, _NEARNESS * np.maximum(match.likeness, match.starts)),
        np.maximum(match.likeness, _BEGUN_LIKENESS * match.starts) ** 2,
        match.starts**2,
        match.begins,
        np.maximum(match.share, _BEGUN_SHARE * match.starts**2),
        match.whole,
        match.likeness == 1,
        found.same_spelling,
        found.turned & query.is_turned & (match.likeness > _LIKE),
        has_article & (query.article == 0) & (match.starts > _LIKE),
        found.prominence,
        found.same_year,
        _named(found.director_share),
        _lack_a_number(query, found.titles),
    )
    total: Numbers = np.array(WEIGHTS) @ np.array(features, dtype=np.float64)
    return Scores(total, _is_strong(query, found, match, int(total.argmax())))


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
    if query.is_turned:
        # "jack the" may go on, and not as "The Jackal".
        typed = _match(as_it_stands(query), found)
        match = _better(match, typed)._replace(starts=typed.starts, begins=typed.begins)
    yearless = without_years(query)
    if yearless is not None and found.same_year.any():
        # In a film of the year that the query names, the year need not be in the title as well.
        match = _better(match, _match(yearless, found), found.same_year)
    if query.article:
        keep = np.where(found.articles > 0, 1.0, _NO_ARTICLE)
        match = match._replace(likeness=keep * match.likeness, starts=keep * match.starts)
    if found.director_share.any():
        # A film found by its director need not be like the query; what little it is like it says nothing.
        keep = (found.director_share == 0) | (match.likeness >= _LIKE)
        match = match._replace(
            likeness=keep * match.likeness, starts=keep * match.starts, share=keep * match.share
        )
    return match


def _match(query: Title, found: Candidates) -> _Match:
    titles = found.titles
    bare = [title[start:] for title, start in zip(titles, found.articles.tolist(), strict=True)]
    typed = query.without_article.encode()[:LONGEST_COMPARED]
    with_article = query.joined.encode()[:LONGEST_COMPARED]
    texts = [*bare, *[title[: len(typed)] for title in bare]]
    likeness = cdist([typed], texts, scorer=OSA.normalized_similarity, dtype=np.float64)[0]
    return _Match(
        likeness=likeness[: len(titles)],
        starts=likeness[len(titles) :],
        share=np.minimum(1.0, found.coverage * query.needed_words / np.maximum(1, found.title_words)),
        begins=np.array([title.startswith(with_article) for title in titles]),
        whole=np.array([title == with_article for title in titles]),
    )


def _better(one: _Match, other: _Match, where: Flags | bool = True) -> _Match:  # noqa: FBT001, FBT002 -- as numpy's
    """Return the better of two readings of the query for each film for which the other one holds."""
    return _Match(*(np.where(where, np.maximum(*pair), pair[0]) for pair in zip(one, other, strict=True)))


def _is_strong(query: Title, found: Candidates, match: _Match, best: int) -> bool:
    evidence = max(match.likeness[best], match.starts[best], found.director_share[best] > 0)
    if _agree(query, found.titles[best][found.articles[best] :]):
        evidence = max(evidence, match.share[best])
    coverage = found.coverage[best]
    return any(coverage >= enough and evidence >= likeness for enough, likeness in _STRONG)


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
    return np.array(
        [len(title) < LONGEST_COMPARED and not numbers <= {*_NUMBER.findall(title)} for title in titles]
    )

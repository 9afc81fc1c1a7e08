"""The order of results: what makes one film a better answer than another, whichever engine found them.

An engine finds candidates; a `Scorer` scores them one by one. Every feature lies between 0 and 1, so a weight
says what the feature is worth at most. `docs/search.md` explains them in words.

Plain Python on purpose: most queries have fewer than ten candidates, for which it takes half the time of numpy.
"""

import re

import msgspec
from msgspec.structs import replace
from rapidfuzz.distance import OSA

from cinedex.search.analysis import OPTIONAL_WORDS, Title, as_it_stands, without_years, year_of

LONGEST_COMPARED = 32
"""So many bytes of a title take part in comparisons of spelling."""


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """What an engine says of a film it found.

    `coverage` is the share of the query's words that the film has (a word put right counts less than a word
    as typed); `title` is its joined canonical title in UTF-8, cut to LONGEST_COMPARED, `article` the length of
    the article that it begins with, `is_turned` whether that stands behind in the catalogue, and `title_words`
    how many words it has, optional ones left out; `same_spelling` says that it was typed exactly so,
    `same_year` that the query names the film's year, or one that its title has; `director_share` is the part of the director's name that
    the query gives, 0 if it names somebody else.
    """

    coverage: float
    prominence: float
    title: bytes
    title_words: int
    article: int
    is_turned: bool
    same_spelling: bool
    same_year: bool
    director_share: float


class Weights(msgspec.Struct, frozen=True):
    """What each feature is worth."""

    coverage: float = 2.5
    likeness: float = 1.2
    starts: float = 0.8
    begins: float = 0.6
    share: float = 0.7
    whole: float = 0.3
    bare: float = 0.9
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
# A director named in part, be it one name of two or of three, is worth so much of one named in full.
_NAMED_IN_PART = 0.5

# The best candidate is good enough if the words as typed are there, or all but a slip, and the title says so too.
_STRONG = ((0.97, 0.8), (0.8, 0.88))

# So well known a film is meant if its title has the words as typed, though it has many more.
_WELL_KNOWN = 0.75

# From here on a title is like the query rather than by chance.
_LIKE = 0.7

_similarity = OSA.normalized_similarity

_NUMBER = re.compile(rb"\d+")


class _Match(msgspec.Struct, frozen=True, gc=False):
    """How a title compares with a reading of the query, both without their articles."""

    likeness: float
    """1 less the edits for each letter."""
    starts: float
    """The same for the beginning of the title, as long as the query."""
    begins: bool
    """Whether the title, with its article, begins with the query."""
    whole: bool
    """Whether it is the query."""


_NO_MATCH = _Match(0.0, 0.0, begins=False, whole=False)


class _Reading:
    """One way to read the query as a title."""

    def __init__(self, query: Title) -> None:
        self.bare = query.without_article.encode()[:LONGEST_COMPARED]
        self.whole = query.joined.encode()[:LONGEST_COMPARED]

    def match(self, candidate: Candidate) -> _Match:
        title, typed = candidate.title, self.bare
        bare = title[candidate.article :]
        likeness = _similarity(typed, bare)
        is_longer = len(bare) > len(typed)
        starts = _similarity(typed, bare[: len(typed)]) if is_longer else likeness
        return _Match(likeness, starts, title.startswith(self.whole), title == self.whole)


class Scorer:
    """Scores the candidates of one query, which has at least one word."""

    def __init__(self, query: Title) -> None:
        self._query = query
        self._needed_words = query.needed_words
        self._as_title = _Reading(query)
        yearless = without_years(query)
        self._yearless = _Reading(yearless) if yearless else None
        self._as_typed = _Reading(as_it_stands(query)) if query.is_turned else None
        self._numbers = {
            word.encode() for word in query.canonical if word.isdigit() and year_of(word) is None
        }

    def score(self, candidate: Candidate) -> float:
        """Return the score of a candidate; the higher, the better an answer."""
        weights = WEIGHTS
        match = self._match(candidate)
        likeness, starts = match.likeness, match.starts
        share = self._share(candidate) if likeness or starts else 0.0
        begun = starts * starts
        total = (
            weights.coverage * max(candidate.coverage, _NEARNESS * likeness, _NEARNESS * starts)
            + weights.likeness * max(likeness, _BEGUN_LIKENESS * starts) ** 2
            + weights.starts * begun
            + weights.share * max(share, _BEGUN_SHARE * begun)
            + weights.prominence * candidate.prominence
        )
        if match.begins:
            total += weights.begins
        if match.whole:
            total += weights.whole
        if likeness == 1:
            total += weights.bare
        if candidate.same_spelling:
            total += weights.same_spelling
        if candidate.is_turned and self._query.is_turned and likeness > _LIKE:
            total += weights.as_written
        if candidate.article and not candidate.is_turned and not self._query.article and starts > _LIKE:
            total += weights.untyped_article
        if candidate.same_year:
            total += weights.year
        if candidate.director_share:
            total += weights.director * (1.0 if candidate.director_share >= 1 else _NAMED_IN_PART)
        if self._numbers and self._lacks_a_number(candidate.title):
            total += weights.other_number
        return total

    def is_like(self, candidate: Candidate) -> bool:
        """Say whether a title is like the query, as a whole or where it begins, whatever words it has."""
        match = self._match(candidate)
        return max(match.likeness, match.starts) >= _LIKE

    def is_strong(self, candidate: Candidate) -> bool:
        """Say whether the best candidate is good enough to look no further."""
        match = self._match(candidate)
        evidence = max(match.likeness, match.starts)
        if candidate.director_share or (
            candidate.prominence >= _WELL_KNOWN and self._has_words(candidate.title)
        ):
            evidence = 1.0
        elif self._agrees(candidate.title[candidate.article :]):
            evidence = max(evidence, self._share(candidate))
        return any(candidate.coverage >= coverage and evidence >= likeness for coverage, likeness in _STRONG)

    def _match(self, candidate: Candidate) -> _Match:
        match = self._as_title.match(candidate)
        if self._as_typed is not None:
            # "jack the" may go on, and not as "The Jackal".
            typed = self._as_typed.match(candidate)
            match = replace(_better(match, typed), starts=typed.starts, begins=typed.begins)
        if self._yearless is not None and candidate.same_year:
            # In a film of the year that the query names, the year need not be in the title as well.
            match = _better(match, self._yearless.match(candidate))
        if self._query.article and not candidate.article:
            match = replace(match, likeness=_NO_ARTICLE * match.likeness, starts=_NO_ARTICLE * match.starts)
        if candidate.director_share and match.likeness < _LIKE:
            # A film found by its director need not be like the query; what little it is like it says nothing.
            return replace(_NO_MATCH, begins=match.begins)
        return match

    def _share(self, candidate: Candidate) -> float:
        """Return the share of the title's words that the query has."""
        return min(1.0, candidate.coverage * self._needed_words / max(1, candidate.title_words))

    def _agrees(self, title: bytes) -> bool:
        """Say whether the query holds the title, or the title the words of the query: not only its cast's."""
        return title in self._query.joined.encode() or self._has_words(title)

    def _has_words(self, title: bytes) -> bool:
        return all(word.encode() in title for word in self._query.canonical if word not in OPTIONAL_WORDS)

    def _lacks_a_number(self, title: bytes) -> bool:
        """Say whether a number that the query names is not in the title: "rocky 2" is not Rocky, nor Rocky III."""
        # A title that was cut may have had the number further on.
        return len(title) < LONGEST_COMPARED and not self._numbers <= {*_NUMBER.findall(title)}


def _better(one: _Match, other: _Match) -> _Match:
    return _Match(
        max(one.likeness, other.likeness),
        max(one.starts, other.starts),
        one.begins or other.begins,
        one.whole or other.whole,
    )

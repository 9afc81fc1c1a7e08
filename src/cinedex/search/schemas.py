"""What the calls of search read."""

from typing import Annotated

import msgspec
from msgspec import Meta

from cinedex.foundation.errors import Invalid
from cinedex.foundation.text import LINE_PATTERN, TEXT_PATTERN, clean_line, is_blank
from cinedex.movies.models import HIGHEST_SCORE, LONGEST_GENRE, LONGEST_PERSON, MOST_GENRES, YEARS
from cinedex.movies.schemas import Score, Year, given_titles
from cinedex.search.cursors import read_cursor
from cinedex.search.models import (
    DEFAULT_LIMIT,
    DEFAULT_SUGGESTIONS,
    LARGEST_LIMIT,
    LONGEST_QUERY,
    MOST_SUGGESTIONS,
    NO_FILTERS,
    Filters,
    Listing,
    Reads,
    SearchQuery,
    Sort,
)

_Text = Annotated[
    str, Meta(extra_json_schema={"minLength": 1, "maxLength": LONGEST_QUERY, "pattern": LINE_PATTERN})
]
# What is blank is not given.
_TextOrNone = Annotated[str, Meta(extra_json_schema={"maxLength": LONGEST_QUERY, "pattern": TEXT_PATTERN})]
_Person = Annotated[str, Meta(extra_json_schema={"maxLength": LONGEST_PERSON, "pattern": TEXT_PATTERN})]
_Limit = Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": LARGEST_LIMIT})]
_FewerLimit = Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": MOST_SUGGESTIONS})]
_Genre = Annotated[str, Meta(extra_json_schema={"maxLength": LONGEST_GENRE, "pattern": TEXT_PATTERN})]
_Genres = Annotated[
    Annotated[list[_Genre], Meta(extra_json_schema={"maxItems": MOST_GENRES})] | _Genre,
    Meta(description="Titles of genres; a film must be of all of them."),
]


class FilteredRequest(msgspec.Struct, kw_only=True):
    """What the films must be, whatever the text, and whether the text may tell more of that."""

    genre: _Genres | None = None
    director: _Person | None = None
    year_from: Year | None = None
    year_to: Year | None = None
    score_from: Score | None = None
    interpret: Annotated[bool, Meta(description="Whether filters are read out of the text.")] = True

    @property
    def reads(self) -> Reads:
        """Whether filters are read out of the text."""
        return Reads.WHERE_IT_HELPS if self.interpret else Reads.NEVER

    def filters(self) -> Filters:
        """Return the filters checked and cleaned; what is blank is not given. Raises Invalid."""
        given = (self.genre, self.director, self.year_from, self.year_to, self.score_from)
        if given.count(None) == len(given):
            return NO_FILTERS
        for name, year in (("year_from", self.year_from), ("year_to", self.year_to)):
            _check_range(name, year, YEARS[0], YEARS[-1])
        if self.year_from is not None and self.year_to is not None and self.year_from > self.year_to:
            raise Invalid("year_from is after year_to", fields={"year_from": "after year_to"})
        _check_range("score_from", self.score_from, 0, HIGHEST_SCORE)
        return Filters(
            genres=_cleaned_genres(given_titles(self.genre)),
            director=_cleaned("director", self.director, LONGEST_PERSON),
            year_from=self.year_from,
            year_to=self.year_to,
            score_from=self.score_from,
        )


class SearchRequest(FilteredRequest, kw_only=True):
    """A search: part of a film's name, its director, or both, misspelt or half typed."""

    name: _Text
    limit: _Limit = DEFAULT_LIMIT

    def cleaned(self) -> tuple[SearchQuery, Reads]:
        """Return it checked and cleaned. Raises Invalid."""
        _check_range("limit", self.limit, 1, LARGEST_LIMIT)
        text = clean_line(self.name, "name", limit=LONGEST_QUERY)
        return SearchQuery(text, self.limit, self.filters()), self.reads


class ListRequest(FilteredRequest, kw_only=True):
    """A page of the films that a text may mean, or of all."""

    q: _TextOrNone | None = None
    sort: Annotated[Sort, Meta(description="The best, best known or newest first, or names from A on.")] = (
        Sort.RELEVANCE
    )
    limit: _Limit = DEFAULT_LIMIT
    cursor: Annotated[str, Meta(description="The `next_cursor` of the page before.")] | None = None

    def cleaned(self) -> tuple[Listing, Reads]:
        """Return it checked and cleaned. Raises Invalid, and BadCursor for a cursor of no or another list."""
        _check_range("limit", self.limit, 1, LARGEST_LIMIT)
        listing = Listing(_cleaned("q", self.q, LONGEST_QUERY), self.filters(), self.sort, self.limit)
        if self.cursor is None:
            return listing, self.reads
        continued = read_cursor(listing, self.cursor)
        reads = Reads.ALWAYS if continued.is_read else Reads.NEVER
        return msgspec.structs.replace(listing, after=continued.place), reads


class SuggestRequest(msgspec.Struct):
    """A text that somebody is typing."""

    q: _Text
    limit: _FewerLimit = DEFAULT_SUGGESTIONS

    def cleaned(self) -> tuple[str, int]:
        """Return text and limit checked and cleaned. Raises Invalid."""
        _check_range("limit", self.limit, 1, MOST_SUGGESTIONS)
        return clean_line(self.q, "q", limit=LONGEST_QUERY), self.limit


def _check_range(field: str, value: float | None, lowest: float, highest: float) -> None:
    # Written so that a value that is not a number is outside, too.
    if value is not None and not lowest <= value <= highest:
        raise Invalid(f"{field} is out of range", fields={field: f"from {lowest:g} to {highest:g}"})


def _cleaned(field: str, text: str | None, longest: int) -> str | None:
    if text is None or is_blank(text):
        return None
    return clean_line(text, field, limit=longest)


def _cleaned_genres(titles: list[str]) -> tuple[str, ...]:
    if len(titles) > MOST_GENRES:
        raise Invalid("genre is given too often", fields={"genre": f"at most {MOST_GENRES} of them"})
    cleaned = (_cleaned("genre", title, LONGEST_GENRE) for title in titles)
    return tuple(title for title in cleaned if title is not None)

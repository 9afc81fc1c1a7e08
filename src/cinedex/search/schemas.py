"""What a search reads and answers."""

from typing import Annotated

import msgspec
from msgspec import Meta

from cinedex.foundation.errors import Invalid
from cinedex.foundation.text import clean_line
from cinedex.movies.schemas import MovieBody
from cinedex.search.models import DEFAULT_LIMIT, LARGEST_LIMIT, LONGEST_QUERY, SearchQuery


class SearchRequest(msgspec.Struct):
    """A search: part of a film's name, its director, or both, misspelt or half typed."""

    name: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": LONGEST_QUERY})]
    limit: Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": LARGEST_LIMIT})] = DEFAULT_LIMIT

    def cleaned(self) -> SearchQuery:
        """Return it checked and cleaned. Raises Invalid."""
        if not 1 <= self.limit <= LARGEST_LIMIT:
            raise Invalid("limit is out of range", fields={"limit": f"from 1 to {LARGEST_LIMIT}"})
        return SearchQuery(clean_line(self.name, "name", limit=LONGEST_QUERY), self.limit)


class SearchAnswer(msgspec.Struct, omit_defaults=True):
    """The films found, best first. `degraded` says that only beginnings of titles were compared."""

    message: str
    movies: list[MovieBody]
    degraded: bool = False

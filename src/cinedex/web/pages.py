"""The search page. It works without JavaScript; `static/search.js` makes it answer while one types."""

from typing import Any, Final

from litestar import HttpMethod, Request, Response, route
from litestar.di import NamedDependency

from cinedex.accounts.readers import Readers
from cinedex.foundation.errors import Forbidden, Invalid, TooManyRequests, Unauthenticated, Unavailable
from cinedex.foundation.problems import describe
from cinedex.foundation.text import clean_line
from cinedex.movies.service import MovieService
from cinedex.search.answers import MovieFound
from cinedex.search.models import LONGEST_QUERY, SearchQuery
from cinedex.search.service import NothingFound, SearchService
from cinedex.web.films import CAST_SHOWN
from cinedex.web.rendering import render

_SHOWN = 20

# The page keeps this one for the script, which fills in what it finds.
_BLANK: Final = MovieFound(
    id=0,
    name="",
    director=None,
    imdb_score=None,
    popularity=None,
    genres=[],
    year=None,
    votes=None,
    cast=[],
    matched_on=[],
)


@route("/", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
async def search_page(
    request: Request[Any, Any, Any],
    movies: NamedDependency[MovieService],
    readers: NamedDependency[Readers],
    search: NamedDependency[SearchService],
) -> Response[str]:
    """Show the films that match `q`, or an invitation to search."""
    text = request.query_params.get("q", "").strip()
    if not text:
        return _page(count=await _count(movies))
    try:
        await readers.admit(request.scope)
        answer = await search.search(SearchQuery(clean_line(text, "q", limit=LONGEST_QUERY), _SHOWN))
    except NothingFound:
        return _page(text, message=f"No film matches “{text}”.")
    except Invalid as error:
        why = ", ".join(error.fields.values())
        return _page(message=f"This cannot be searched for: {why}.", is_problem=True, error=error)
    except (Forbidden, TooManyRequests, Unauthenticated, Unavailable) as error:
        return _page(text, message=error.text, is_problem=True, error=error)
    films = answer.decoded()
    return _page(
        text,
        films=films,
        message=_summary(len(films), is_degraded=answer.is_degraded),
        is_problem=answer.is_degraded,
    )


def _page(  # noqa: PLR0913 -- the parts of one page
    query: str = "",
    *,
    films: list[MovieFound] | None = None,
    message: str = "",
    is_problem: bool = False,
    count: int | None = None,
    error: Exception | None = None,
) -> Response[str]:
    problem = describe(error) if error else None
    return render(
        "search.html",
        status=problem.status if problem else 200,
        headers=problem.headers if problem else None,
        query=query,
        films=films or [],
        message=message,
        is_problem=is_problem,
        count=count,
        blank=_BLANK,
        limit=_SHOWN,
        cast_shown=CAST_SHOWN,
        longest_query=LONGEST_QUERY,
    )


def _summary(found: int, *, is_degraded: bool) -> str:
    if is_degraded:
        films = "1 film" if found == 1 else f"{found} films"
        return f"{films}. The index is not ready; only beginnings of titles were compared."
    if found == _SHOWN:
        return f"The best {found} films"
    return "1 film" if found == 1 else f"{found} films"


async def _count(movies: MovieService) -> int | None:
    """Return how many films there are, None when that cannot be told now: the page goes on without."""
    try:
        return await movies.count()
    except Unavailable:
        return None

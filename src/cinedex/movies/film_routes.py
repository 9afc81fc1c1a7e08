"""One film over HTTP: read it, change it, delete it, each with its ETag."""

import re
from http import HTTPStatus
from typing import Annotated, Any, Final, cast

from litestar import HttpMethod, Request, Response, delete, patch, route
from litestar.datastructures import CacheControlHeader, ResponseHeader
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIType, Parameter, Schema
from litestar.params import PathParameter

from cinedex.accounts.guards import editor_or_403
from cinedex.accounts.readers import Readers
from cinedex.accounts.service import AccountService
from cinedex.foundation.bodies import read_fields
from cinedex.foundation.etags import PATTERN, EntityTags, etag, read_tags
from cinedex.foundation.openapi import BEARER, BEARER_OR_NOTHING, reads, refusals
from cinedex.movies.models import LARGEST_ID, Movie
from cinedex.movies.schemas import MovieBody, MoviePatch
from cinedex.movies.service import MovieNotFound, MovieService

_PATH: Final = "/api/v1/movies/{id:str}"
_ID: Final = re.compile("[1-9][0-9]{0,18}")
_TAGGED: Final = [
    ResponseHeader(
        name="ETag",
        value="",
        description="Stands for all that the film holds, and changes with it.",
        documentation_only=True,
    )
]

# Read as text, so that what is no id is answered as any other film that is not there.
_MovieId = Annotated[
    str,
    PathParameter(name="id", schema_extra={"type": OpenAPIType.INTEGER, "minimum": 1}),
]
_IF_MATCH: Final = Parameter(
    "If-Match",
    "header",
    schema=Schema(type=OpenAPIType.STRING, pattern=PATTERN),
    description="ETags, or *: answer 412 unless the film has one of them. Without it, nothing is compared.",
)
_IF_NONE_MATCH: Final = Parameter(
    "If-None-Match",
    "header",
    schema=Schema(type=OpenAPIType.STRING, pattern=PATTERN),
    description="ETags, or *: answer 304 if the film has one of them.",
)


@route(
    _PATH,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    summary="Read a movie",
    response_description="The movie as it is now.",
    operation_class=reads(headers=[_IF_NONE_MATCH]),
    responses={304: ResponseSpec(None, description="It is as you have it.")}
    | refusals(400, 401, 404, 429, 503),
    security=BEARER_OR_NOTHING,
    response_headers=_TAGGED,
    # To be kept, but never used unasked: a change shows at once.
    cache_control=CacheControlHeader(no_cache=True),
)
async def read_movie(
    request: Request[Any, Any, Any],
    movie_id: _MovieId,
    readers: NamedDependency[Readers],
    movies: NamedDependency[MovieService],
) -> Response[MovieBody]:
    """Return a movie from the database, where a change shows before search finds it."""
    await readers.admit(request.scope)
    known = _tags(request, "If-None-Match")
    movie = await movies.get(_number(movie_id))
    if known is not None and known.hold_weakly(movie.revision):
        unchanged = Response(
            None, status_code=HTTPStatus.NOT_MODIFIED, headers={"etag": etag(movie.revision)}
        )
        return cast("Response[MovieBody]", unchanged)
    return _tagged(movie)


@patch(
    _PATH,
    summary="Change a movie",
    response_description="The movie as it is now.",
    security=BEARER,
    operation_class=reads(MoviePatch, headers=[_IF_MATCH]),
    responses=refusals(400, 401, 403, 404, 409, 412, 413, 415, 503),
    response_headers=_TAGGED,
)
async def change_movie(
    request: Request[Any, Any, Any],
    movie_id: _MovieId,
    accounts: NamedDependency[AccountService],
    movies: NamedDependency[MovieService],
) -> Response[MovieBody]:
    """Change the fields that are given and no others; null clears one. For editors and admins.

    In a form, a blank field is not given, but blank genres or a blank cast leave none.
    """
    await editor_or_403(request, accounts)
    wanted = await read_fields(request, MoviePatch)
    expected = _tags(request, "If-Match")
    return _tagged(await movies.edit(_number(movie_id), wanted.changes(), expected))


@delete(
    _PATH,
    summary="Delete a movie",
    response_description="The movie is gone.",
    security=BEARER,
    operation_class=reads(headers=[_IF_MATCH]),
    responses=refusals(400, 401, 403, 404, 412, 503),
)
async def delete_movie(
    request: Request[Any, Any, Any],
    movie_id: _MovieId,
    accounts: NamedDependency[AccountService],
    movies: NamedDependency[MovieService],
) -> None:
    """Delete a movie; its id is never used again. For editors and admins."""
    await editor_or_403(request, accounts)
    expected = _tags(request, "If-Match")
    await movies.delete(_number(movie_id), expected)


@route(_PATH, http_method=HttpMethod.OPTIONS, status_code=HTTPStatus.NO_CONTENT, include_in_schema=False)
async def tell_film_methods(movie_id: _MovieId) -> Response[None]:  # noqa: ARG001 -- part of the address
    """Name all methods of a film; what the framework answers by itself names those of the first call alone."""
    return Response(None, headers={"allow": "DELETE, GET, HEAD, OPTIONS, PATCH"})


def _number(movie_id: str) -> int:
    """Return the id as a number. Raises MovieNotFound for what is no id."""
    if not _ID.fullmatch(movie_id) or int(movie_id) > LARGEST_ID:
        raise MovieNotFound
    return int(movie_id)


def _tags(request: Request[Any, Any, Any], header: str) -> EntityTags | None:
    return read_tags(header, request.headers.getall(header, []))


def _tagged(movie: Movie) -> Response[MovieBody]:
    return Response(MovieBody.of(movie), headers={"etag": etag(movie.revision)})


# The framework has no answer of its own where there is one before.
ROUTES: Final[list[HTTPRouteHandler]] = [tell_film_methods, read_movie, change_movie, delete_movie]

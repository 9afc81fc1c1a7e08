"""The catalogue over HTTP: add a movie, add and list genres; `film_routes` has what is done to one film."""

from http import HTTPStatus
from typing import Any, Final

from litestar import HttpMethod, Request, Response, post, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from cinedex.accounts.guards import editor_or_401, editor_or_403
from cinedex.accounts.readers import Readers
from cinedex.accounts.service import AccountService
from cinedex.foundation.bodies import read_fields
from cinedex.foundation.openapi import BEARER, BEARER_OR_NOTHING, reads, refusals
from cinedex.movies.film_routes import ROUTES as FILM_ROUTES
from cinedex.movies.schemas import (
    GenreAdded,
    GenreBody,
    GenreList,
    GenreToAdd,
    MovieAdded,
    MovieBody,
    MovieToAdd,
)
from cinedex.movies.service import MovieService

_GENRES: Final = "/api/v1/genres"


@post(
    "/api/v1/add_movie",
    summary="Add a movie",
    response_description="The movie was added.",
    security=BEARER,
    operation_class=reads(MovieToAdd),
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 503),
)
async def add_movie(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    movies: NamedDependency[MovieService],
) -> MovieAdded:
    """Add a movie whose genres the catalogue has. For editors and admins; all others are answered 401."""
    await editor_or_401(request, accounts)
    wanted = await read_fields(request, MovieToAdd)
    movie = await movies.add(wanted.cleaned())
    return MovieAdded("Movie added successfully", MovieBody.of(movie))


@route(
    _GENRES,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    summary="List the genres",
    response_description="All genres by title.",
    security=BEARER_OR_NOTHING,
    responses=refusals(401, 429, 503),
)
async def list_genres(
    request: Request[Any, Any, Any],
    readers: NamedDependency[Readers],
    movies: NamedDependency[MovieService],
) -> GenreList:
    """Return all genres by title."""
    await readers.admit(request.scope)
    return GenreList([GenreBody.of(genre) for genre in await movies.genres()])


@post(
    _GENRES,
    summary="Add a genre",
    response_description="The genre was added.",
    security=BEARER,
    operation_class=reads(GenreToAdd),
    responses=refusals(400, 401, 403, 409, 413, 415, 503),
)
async def add_genre(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    movies: NamedDependency[MovieService],
) -> GenreAdded:
    """Add a genre, so that movies can be of it. For editors and admins."""
    await editor_or_403(request, accounts)
    wanted = await read_fields(request, GenreToAdd)
    return GenreAdded("Genre added successfully", GenreBody.of(await movies.add_genre(wanted.title)))


@route(_GENRES, http_method=HttpMethod.OPTIONS, status_code=HTTPStatus.NO_CONTENT, include_in_schema=False)
async def tell_genre_methods() -> Response[None]:
    """Name all methods of the genres, as of a film."""
    return Response(None, headers={"allow": "GET, HEAD, OPTIONS, POST"})


ROUTES: Final[list[HTTPRouteHandler]] = [add_movie, *FILM_ROUTES, tell_genre_methods, list_genres, add_genre]

"""All that the web room serves: pages, their files, health, and the OpenAPI document."""

from http import HTTPStatus
from typing import Any, Final

from litestar import HttpMethod, MediaType, Request, Response, Router, route
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin

from cinedex.web.api_page import DOCUMENT_PATH, api_page
from cinedex.web.assets import send_asset
from cinedex.web.health import live, ready
from cinedex.web.pages import search_page

ROUTES: Final[list[HTTPRouteHandler]] = [search_page, api_page, send_asset, live, ready]

# The framework's own pages load their scripts from other hosts. With this list there are none of them.
_JSON: Final = JsonRenderPlugin(path=["/", "/openapi.json"], media_type=MediaType.JSON)
DOCUMENT_PLUGINS: Final[list[OpenAPIRenderPlugin]] = [_JSON]


def document_router() -> Router:
    """Return the router of an application's OpenAPI document, which is the JSON and nothing else."""
    return Router(
        DOCUMENT_PATH,
        route_handlers=[_options, _head],
        before_request=_only_the_document,
        include_in_schema=False,
    )


# It comes first: where there is none yet, the framework makes one that tells the methods of one handler alone.
@route("/", http_method=HttpMethod.OPTIONS, status_code=HTTPStatus.NO_CONTENT, sync_to_thread=False)
def _options() -> Response[None]:
    return Response(None, headers={"allow": "GET, HEAD, OPTIONS"})


# The framework adds what answers GET, and nothing that answers HEAD.
@route("/", http_method=HttpMethod.HEAD, media_type=MediaType.JSON, sync_to_thread=False)
def _head(request: Request[Any, Any, Any]) -> bytes:
    return _JSON.render(request, request.app.openapi_schema.to_schema())


def _only_the_document(request: Request[Any, Any, Any]) -> None:
    # Below its path the framework would answer with a page of its own.
    if request.scope["path"].rstrip("/") != DOCUMENT_PATH:
        raise NotFoundException

"""All that the web room serves: pages, their files, health, and the OpenAPI document."""

from typing import Any, Final

from litestar import MediaType, Request, Router
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin

from cinedex.web.api_page import DOCUMENT_PATH, api_page
from cinedex.web.assets import send_asset
from cinedex.web.health import live, ready
from cinedex.web.pages import search_page

ROUTES: Final[list[HTTPRouteHandler]] = [search_page, api_page, send_asset, live, ready]

# The framework's own pages load their scripts from other hosts. With this list there are none of them.
DOCUMENT_PLUGINS: Final[list[OpenAPIRenderPlugin]] = [
    JsonRenderPlugin(path=["/", "/openapi.json"], media_type=MediaType.JSON)
]


def document_router() -> Router:
    """Return the router of an application's OpenAPI document, which is the JSON and nothing else."""
    return Router(
        DOCUMENT_PATH, route_handlers=[], before_request=_only_the_document, include_in_schema=False
    )


def _only_the_document(request: Request[Any, Any, Any]) -> None:
    # Below its path the framework would answer with a page of its own.
    if request.scope["path"].rstrip("/") != DOCUMENT_PATH:
        raise NotFoundException

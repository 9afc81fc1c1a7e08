"""The page that shows the OpenAPI document to people: every call, with a line to try it."""

from typing import Any, Final

from litestar import HttpMethod, Request, Response, route

from cinedex.web.reference import read_calls
from cinedex.web.rendering import render

DOCUMENT_PATH: Final = "/api/v1/openapi.json"


@route("/api", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
async def api_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Show every call of the OpenAPI document."""
    document = request.app.openapi_schema.to_schema()
    base = str(request.base_url).rstrip("/")
    return render("api.html", calls=read_calls(document, base), document_path=DOCUMENT_PATH, base=base)

"""Search over HTTP.

The call is a bare ASGI handler: it decodes with msgspec and sends bytes that the index keeps ready, which costs
a fifth of an ordinary route. Methods, bodies and errors are therefore answered here; the OpenAPI page is told
of it by `document`.
"""

from typing import Final

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.openapi.spec import OpenAPI, OpenAPIMediaType, OpenAPIResponse, Operation, Parameter, PathItem
from litestar.types import Receive, Scope, Send

from cinedex.foundation.bodies import decode_body, decode_pairs, read_body
from cinedex.foundation.openapi import schema_of, operation_reading, refusal_responses
from cinedex.foundation.problems import MethodNotAllowed, describe
from cinedex.search.schemas import SearchAnswer, SearchRequest
from cinedex.search.service import SearchService

PATH: Final = "/api/v1/search_movie"

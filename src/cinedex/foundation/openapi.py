"""What the OpenAPI page says where Litestar cannot see it: bodies, refusals, and the bearer token."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    Operation,
    RequestBody,
    Schema,
    SecurityRequirement,
    SecurityScheme,
)

from cinedex.foundation.problems import ProblemBody

COMPONENTS: Final = Components(
    security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")}
)
BEARER: Final[list[SecurityRequirement]] = [{"bearer": []}]
"""The `security` of a route that needs a token."""
BEARER_OR_NOTHING: Final[list[SecurityRequirement]] = [{}, {"bearer": []}]
"""The `security` of a route that reads a token when there is one."""


def reads(model: type[msgspec.Struct]) -> type[Operation]:
    """Return the `operation_class` of a route that decodes `model`, a flat Struct, from JSON or a form."""
    _, components = msgspec.json.schema_components([model], ref_template="#/components/schemas/{name}")
    media = OpenAPIMediaType(schema=_Literal(components[model.__name__]))
    body = RequestBody(
        required=True,
        content={"application/json": media, "application/x-www-form-urlencoded": media},
    )

    @dataclass
    class ReadingOperation(Operation):
        def __post_init__(self) -> None:
            self.request_body = body

    return ReadingOperation


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the `responses` of a route that may refuse with these statuses."""
    return {
        status: ResponseSpec(ProblemBody, generate_examples=False, description=HTTPStatus(status).phrase)
        for status in statuses
    }


class _Literal(Schema):
    """A schema that is already written out."""

    def __init__(self, written: dict[str, Any]) -> None:
        super().__init__()
        self._written = written

    def to_schema(self) -> dict[str, Any]:
        return self._written

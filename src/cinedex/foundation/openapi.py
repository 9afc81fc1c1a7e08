"""What the OpenAPI page says where Litestar cannot see it: bodies, refusals, and the bearer token."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    RequestBody,
    Schema,
    SecurityRequirement,
    SecurityScheme,
)

from cinedex.foundation.problems import ProblemBody

COMPONENTS: Final = Components(
    security_schemes={
        "bearer": SecurityScheme(
            type="http",
            scheme="bearer",
            bearer_format="JWT",
            description="The `token` of a login, or an API key, which may also stand in `X-API-Key`.",
        )
    }
)
_HERE = "#/here/"
BEARER: Final[list[SecurityRequirement]] = [{"bearer": []}]
"""The `security` of a route that needs a token."""
BEARER_OR_NOTHING: Final[list[SecurityRequirement]] = [{}, {"bearer": []}]
"""The `security` of a route that reads a token when there is one."""


def reads(model: type[msgspec.Struct] | None = None, headers: Sequence[Parameter] = ()) -> type[Operation]:
    """Return the `operation_class` of a route that decodes `model`, a flat Struct, from JSON or a form.

    `headers` are those that it reads itself.
    """
    body = body_of(model) if model else None

    @dataclass
    class ReadingOperation(Operation):
        def __post_init__(self) -> None:
            self.request_body = body
            self.parameters = [*(self.parameters or ()), *headers] or None

    return ReadingOperation


def body_of(model: type[msgspec.Struct]) -> RequestBody:
    """Return the description of a body that is decoded as `model`, a flat Struct, from JSON or a form."""
    media = OpenAPIMediaType(schema=schema_of(model))
    return RequestBody(
        required=True,
        content={"application/json": media, "application/x-www-form-urlencoded": media},
    )


def schema_of(model: type[msgspec.Struct]) -> Schema:
    """Return the schema of `model`, written out: Structs inside it are shown where they stand."""
    _, components = msgspec.json.schema_components([model], ref_template=_HERE + "{name}")
    return _Literal(_inlined(components[model.__name__], components))


def parameters_of(model: type[msgspec.Struct]) -> list[Parameter]:
    """Return the query parameters that are decoded as `model`, a flat Struct; a list is given several times."""
    _, components = msgspec.json.schema_components([model], ref_template=_HERE + "{name}")
    written = _inlined(components[model.__name__], components)
    return [
        Parameter(name, "query", schema=_Literal(_sent(schema)), required=name in written.get("required", ()))
        for name, schema in written["properties"].items()
    ]


def answer_of(model: type[msgspec.Struct], description: str) -> OpenAPIResponse:
    """Return the description of a JSON answer in the shape of `model`."""
    return OpenAPIResponse(
        description, content={"application/json": OpenAPIMediaType(schema=schema_of(model))}
    )


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the `responses` of a route that may refuse with these statuses; a body that is too large may be late."""
    if HTTPStatus.REQUEST_ENTITY_TOO_LARGE in statuses:
        statuses = (HTTPStatus.REQUEST_TIMEOUT, *statuses)
    return {
        status: ResponseSpec(ProblemBody, generate_examples=False, description=HTTPStatus(status).phrase)
        for status in sorted(statuses)
    }


def _sent(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field as it stands in an address: no null, and a list that may stand alone is a list."""
    kinds: list[dict[str, Any]] = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if not kinds:
        return schema
    kind = next((kind for kind in kinds if kind.get("type") == "array"), kinds[0])
    told: dict[str, Any] = {
        key: value for key, value in schema.items() if key != "anyOf" and value is not None
    }
    return _sent(kind) | told


def _inlined(schema: Any, components: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(part, components) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if (reference := schema.get("$ref", "")).startswith(_HERE):
        beside = {key: part for key, part in schema.items() if key != "$ref"}
        return _inlined(components[reference.removeprefix(_HERE)] | beside, components)
    if "prefixItems" in schema:
        # Ours have parts of one kind, and more programs read that.
        schema = schema | {"items": schema["prefixItems"][0]}
        del schema["prefixItems"]
    return {key: _inlined(part, components) for key, part in schema.items()}


class _Literal(Schema):
    """A schema that is already written out."""

    def __init__(self, written: dict[str, Any]) -> None:
        super().__init__()
        self._written = written

    def to_schema(self) -> dict[str, Any]:
        return self._written

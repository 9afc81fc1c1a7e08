"""The OpenAPI document read for people: calls, their fields and answers, and a line of curl for each."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

_METHODS = ("get", "post", "put", "patch", "delete")
_INDENT = "  "

# Values that make a line of curl a sensible one. A field that is not here gets one by its type.
_EXAMPLES: dict[str, Any] = {
    "username": "ida",
    "password": "correct horse",
    "current_password": "correct horse",
    "new_password": "staple of batteries",
    "refresh_token": "REFRESH_TOKEN",
    "name": "Seven Samurai",
    "director": "Akira Kurosawa",
    "imdb_score": 8.6,
    "title": "Film noir",
    "q": "kurosawa",
}

Schema = dict[str, Any]


class Field(msgspec.Struct, frozen=True):
    """Something that a call reads: from where, of which type, and within what bounds."""

    name: str
    place: str
    kind: str
    is_needed: bool
    note: str


class AnswerRead(msgspec.Struct, frozen=True):
    """One answer of a call; `shape` sketches the body of a successful one."""

    status: str
    description: str
    shape: str


class Call(msgspec.Struct, frozen=True):
    """One call as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    access: str
    media: tuple[str, ...]
    fields: tuple[Field, ...]
    answers: tuple[AnswerRead, ...]
    curl: str


def read_calls(document: Schema, base: str) -> list[Call]:
    """Return the calls of a document in its order. `base` is the address at which they are tried."""
    reader = _Reader(document, base)
    return [
        reader.call(method, path, item[method])
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    ]


class _Reader:
    """Reads one document."""

    def __init__(self, document: Schema, base: str) -> None:
        self._document = document
        self._base = base

    def call(self, method: str, path: str, operation: Schema) -> Call:
        content = operation.get("requestBody", {}).get("content", {})
        body = self._resolved(next(iter(content.values()))["schema"]) if content else None
        parameters = operation.get("parameters", [])
        access = _access(operation)
        return Call(
            anchor="-".join((method, *re.findall(r"[\w.]+", path))),
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            description=operation.get("description", ""),
            access=access,
            media=tuple(content),
            fields=tuple(self._field(one) for one in [*parameters, *_as_parameters(body or {})]),
            answers=tuple(
                self._answer(status, answer) for status, answer in sorted(operation["responses"].items())
            ),
            curl=self._curl(method, path, parameters, body, has_token=access == "needed"),
        )

    def _field(self, parameter: Schema) -> Field:
        schema = self._resolved(parameter["schema"])
        is_needed = parameter.get("required", False)
        described = [parameter, schema, *schema.get("anyOf", [])]
        description = next((one["description"] for one in described if one.get("description")), "")
        notes = [description, *dict.fromkeys(self._bounds(schema))]
        if not is_needed and schema.get("default") is not None:
            notes.append(f"{json.dumps(schema['default'])} unless given.")
        return Field(
            parameter["name"],
            parameter["in"],
            self._kind(schema),
            is_needed,
            " ".join(note for note in notes if note),
        )

    def _answer(self, status: str, answer: Schema) -> AnswerRead:
        content = next(iter(answer.get("content", {}).values()), None)
        is_success = status.startswith("2")
        shape = self._shape(content["schema"], "") if content and is_success else ""
        return AnswerRead(status, answer.get("description", ""), shape)

    def _resolved(self, schema: Schema) -> Schema:
        if reference := schema.get("$ref"):
            found: Any = self._document
            for step in reference.removeprefix("#/").split("/"):
                found = found[step]
            return self._resolved(found)
        return schema

    def _branches(self, schema: Schema) -> Iterator[Schema]:
        """Yield the schemas of which a value may be one."""
        schema = self._resolved(schema)
        alternatives = schema.get("anyOf") or schema.get("oneOf")
        if alternatives:
            for one in alternatives:
                yield from self._branches(one)
        elif isinstance(schema.get("type"), list):
            for kind in schema["type"]:
                yield schema | {"type": kind}
        else:
            yield schema

    def _kind(self, schema: Schema) -> str:
        kinds = dict.fromkeys(_plain_kind(one, self) for one in self._branches(schema))
        kinds.pop("null", None)
        return " or ".join(kinds)

    def kind_of_items(self, schema: Schema) -> str:
        return self._kind(_items(schema))

    def _bounds(self, schema: Schema) -> Iterator[str]:
        for one in self._branches(schema):
            low, high = one.get("minimum"), one.get("maximum")
            if low is not None and high is not None:
                yield f"From {low:g} to {high:.10g}."
            shortest, longest = one.get("minLength"), one.get("maxLength")
            if longest is not None:
                yield f"{shortest or 0} to {longest} characters."

    def _shape(self, schema: Schema, indent: str) -> str:
        """Sketch a value as JSON, with types for values."""
        branches = list(self._branches(schema))
        words = dict.fromkeys(self._shape_of(one, indent) for one in branches)
        return " | ".join(words)

    def _shape_of(self, schema: Schema, indent: str) -> str:
        inner = indent + _INDENT
        if "properties" in schema:
            lines = [
                f'{inner}"{name}": {self._shape(one, inner)}' for name, one in schema["properties"].items()
            ]
            return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
        if schema.get("type") == "array":
            return f"[{self._shape(_items(schema), indent)}, …]"
        return _plain_kind(schema, self)

    def _curl(
        self, method: str, path: str, parameters: list[Schema], body: Schema | None, *, has_token: bool
    ) -> str:
        query = []
        for one in parameters:
            value = self._example(one["name"], one["schema"])
            if one["in"] == "path":
                path = path.replace(f"{{{one['name']}}}", quote(str(value), safe=""))
            elif one.get("required"):
                query.append((one["name"], value))
        words = ["curl"]
        if method != ("get" if body is None else "post"):
            words.append(f"-X {method.upper()}")
        if has_token:
            words.append('-H "Authorization: Bearer $TOKEN"')
        if body is not None:
            properties = body.get("properties", {})
            names = body.get("required") or list(properties)[:1]
            example = {name: self._example(name, properties[name]) for name in names}
            words += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(example))}"]
        address = self._base + path + (f"?{urlencode(query)}" if query else "")
        return " ".join([*words, shlex.quote(address)])

    def _example(self, name: str, schema: Schema) -> Any:
        if name in _EXAMPLES:
            return _EXAMPLES[name]
        schema = next(self._branches(schema))
        match schema.get("type"):
            case "integer" | "number":
                return max(1, schema.get("minimum", 1))
            case "boolean":
                return True
            case "array":
                return [self._example("", _items(schema))]
            case "object":
                return {}
            case _:
                return schema.get("enum", ["text"])[0]


def _items(schema: Schema) -> Schema:
    """Return the schema of what an array holds."""
    items: Schema = schema.get("items") or {}
    return items


def _as_parameters(body: Schema) -> list[Schema]:
    needed = body.get("required", [])
    return [
        {"name": name, "in": "body", "schema": schema, "required": name in needed}
        for name, schema in body.get("properties", {}).items()
    ]


def _access(operation: Schema) -> str:
    """Say whether a token is "needed", "optional", or (empty) not read."""
    security = operation.get("security") or []
    if not security:
        return ""
    return "optional" if {} in security else "needed"


def _plain_kind(schema: Schema, reader: _Reader) -> str:
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {reader.kind_of_items(schema)}"
    return str(schema.get("type", "anything"))

"""Request bodies, JSON or form-encoded, into typed values; anything else becomes a clear refusal."""

import asyncio
import re
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.types import Receive

from cinedex.foundation.errors import Invalid, TooLarge, TooSlow

T = TypeVar("T", bound=msgspec.Struct)

LARGEST_BODY_BYTES = 64 * 1024
SLOWEST_BODY_SECONDS = 10
"""How long a body as a whole may take to arrive."""
_MOST_FORM_FIELDS = 200
_WHERE = re.compile(r"^(?P<why>.*?)(?: - at `\$\.?(?P<field>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<field>[^`]+)`")


class UnsupportedBody(Invalid):
    """The body is of a kind that the service does not read."""

    message = "The body must be JSON or form-encoded."
    code = "unsupported_media_type"


async def read_body(receive: Receive) -> bytes:
    """Read the whole body of a request in a bare ASGI handler.

    Raises TooLarge, TooSlow when it trickles in, and Invalid when it ends early.
    """
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            return await _read_all(receive)
    except TimeoutError:
        raise TooSlow from None


async def _read_all(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Invalid("The body ended early.")
        # Both are optional in ASGI, and some servers leave them out.
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > LARGEST_BODY_BYTES:
            raise TooLarge
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_fields(request: Request[Any, Any, Any], model: type[T]) -> T:
    """Read and decode the body of a request in an ordinary route; errors as in `read_body` and `decode_body`."""
    body = await read_body(request.receive)
    return decode_body(body, request.headers.get("content-type", ""), model)


def decode_body(body: bytes, content_type: str, model: type[T]) -> T:
    """Decode a request body as `model`, a msgspec Struct.

    A form field that `model` declares as a list may be given several times, and one left blank is not given.
    Fields that `model` does not name are ignored. Raises Invalid with the field at fault, UnsupportedBody for
    another content type.
    """
    kind = content_type.partition(";")[0].strip().lower()
    # `curl -d '{…}'` says "form" and sends JSON; no form field begins with a brace.
    looks_like_json = body.lstrip()[:1] == b"{"
    try:
        if kind == "application/x-www-form-urlencoded" and not looks_like_json:
            return decode_pairs(body, model)
        if kind in {"", "application/json", "application/x-www-form-urlencoded"} or kind.endswith("+json"):
            return msgspec.json.decode(body, type=model)
    except msgspec.ValidationError as error:
        raise _refusal(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid("The body is not valid JSON.") from None
    except RecursionError:
        raise Invalid("The body is nested too deeply.") from None
    raise UnsupportedBody


def decode_pairs(pairs: bytes, model: type[T]) -> T:
    """Decode form fields as `model`; errors as in `decode_body`. The text null stands for null where one may be."""
    return _converted(_given(pairs, model), model)


def decode_query(query: bytes, model: type[T]) -> T:
    """Decode a query string as `model`; errors as in `decode_body`. What is not given is left out: nothing is null."""
    values = _given(query, model)
    fields = _form_fields(model)
    for name, value in values.items():
        field = fields[name]
        if not (field.is_text or field.is_list) and value.lower() == "null":
            raise Invalid(f"{name}: Expected a value, got null", fields={name: "Expected a value, got null"})
    return _converted(values, model)


def _given(pairs: bytes, model: type[msgspec.Struct]) -> dict[str, Any]:
    """Return what is given of the fields that `model` has, as text or lists of it."""
    if pairs.count(b"&") >= _MOST_FORM_FIELDS:
        raise Invalid("There are too many form fields.")
    try:
        given = parse_qsl(pairs.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Invalid("The form fields are not valid UTF-8.") from None
    fields = _form_fields(model)
    values: dict[str, Any] = {}
    for name, value in given:
        field = fields.get(name)
        if field is None:
            continue
        if field.is_list:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise Invalid(f"{name} is given twice", fields={name: "given twice"})
        elif value or field.is_needed_text:
            values[name] = value
    return values


def _converted(values: dict[str, Any], model: type[T]) -> T:
    try:
        return msgspec.convert(values, model, strict=False)
    except msgspec.ValidationError as error:
        raise _refusal(error) from None


class _FormField(msgspec.Struct, frozen=True):
    is_list: bool
    is_text: bool
    # An input left blank stands for no value, unless the value is text that must be there: its own rules
    # say then what is wrong with an empty one.
    is_needed_text: bool


@cache
def _form_fields(model: type[msgspec.Struct]) -> dict[str, _FormField]:
    hints = get_type_hints(model)
    return {
        field.encode_name: _FormField(
            is_list=_may_be_list(hints[field.name]),
            is_text=str in _kinds(hints[field.name]),
            is_needed_text=field.required and hints[field.name] is str,
        )
        for field in msgspec.structs.fields(model)
    }


def _may_be_list(hint: Any) -> bool:
    return any(get_origin(kind) is list for kind in _kinds(hint))


def _kinds(hint: Any) -> tuple[Any, ...]:
    """Return the types of which a value may be one."""
    return (hint, *get_args(hint))


def _refusal(error: msgspec.ValidationError) -> Invalid:
    text = str(error)
    if missing := _MISSING.search(text):
        return Invalid("Missing data", fields={missing["field"]: "missing"})
    parts = _WHERE.match(text)
    why, field = (parts["why"], parts["field"]) if parts else (text, None)
    if field and why.endswith("got `null`"):
        return Invalid("Missing data", fields={field: "missing"})
    why = why.replace("`", "")
    return Invalid(f"{field}: {why}" if field else why, fields={field: why} if field else None)

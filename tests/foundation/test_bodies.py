"""Request bodies: JSON or a form, into a typed value or a clear refusal."""

import json
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from cinedex.foundation.bodies import UnsupportedBody, decode_body, decode_pairs, decode_query, read_body
from cinedex.foundation.errors import Invalid

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Film(msgspec.Struct):
    name: Annotated[str, Meta(description="The title.")]
    score: float
    year: int | None = None
    tags: list[str] = []
    genre: str | list[str] | None = None
    is_short: bool | None = None
    old_year: int | None = msgspec.field(default=None, name="99year")
    kind: str | None = None


METROPOLIS = Film("Metropolis", 8.3)


@pytest.mark.parametrize(
    "kind", ["", JSON, "Application/JSON; charset=utf-8", "application/vnd.cinedex+json", FORM]
)
def test_json_under_each_of_its_names(kind: str) -> None:
    assert decode_body(b' {"name": "Metropolis", "score": 8.3, "other": []}', kind, Film) == METROPOLIS


@pytest.mark.parametrize("kind", [FORM, "Application/X-WWW-Form-Urlencoded; charset=utf-8"])
def test_a_form(kind: str) -> None:
    body = b"name=Metr%C3%B3polis+%26+more&score=8.3&year=1927&other=1&other=2"
    assert decode_body(body, kind, Film) == Film("Metrópolis & more", 8.3, 1927)


def test_a_form_whose_letters_are_sent_as_they_are() -> None:
    assert decode_body("name=Metrópolis&score=8.3".encode(), FORM, Film) == Film("Metrópolis", 8.3)


def test_too_many_fields_are_told_as_such() -> None:
    with pytest.raises(Invalid, match="too many"):
        decode_body(b"name=Metropolis&score=8" + b"&other=1" * 1000, FORM, Film)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "json"])
def test_another_kind_of_body(kind: str) -> None:
    with pytest.raises(UnsupportedBody):
        decode_body(b"name=Metropolis&score=8", kind, Film)


def test_a_list_in_a_form_is_given_by_repeating_it() -> None:
    film = decode_pairs(b"name=Up&score=8&tags=a&tags=&tags=b&genre=Drama&genre=Comedy", Film)
    assert film.tags == ["a", "", "b"]
    assert film.genre == ["Drama", "Comedy"]


def test_fields_go_by_the_name_that_is_sent() -> None:
    assert decode_pairs(b"name=Up&score=8&99year=2009&old_year=1", Film).old_year == 2009
    assert decode_pairs(b"name=Up&score=8&99year=", Film).old_year is None


def test_an_input_left_blank_is_not_given() -> None:
    assert decode_pairs(b"name=Metropolis&score=8.3&year=&kind=&is_short=&other=", Film) == METROPOLIS


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("1", True), ("0", False)])
def test_yes_and_no_in_a_form(text: str, value: object) -> None:
    assert decode_pairs(f"name=Up&score=8&is_short={text}".encode(), Film).is_short is value


@pytest.mark.parametrize("null", ["null", "NULL", "n%75ll"])
def test_null_is_a_value_in_a_form_and_none_in_an_address(null: str) -> None:
    pairs = f"name=Metropolis&score=8.3&year={null}".encode()
    assert decode_pairs(pairs, Film) == METROPOLIS
    with pytest.raises(Invalid) as refusal:
        decode_query(pairs, Film)
    assert list(refusal.value.fields) == ["year"]


@pytest.mark.parametrize("message", [{"type": "http.request"}, {"type": "http.request", "more_body": False}])
async def test_a_server_that_leaves_out_what_is_empty(message: dict[str, Any]) -> None:
    async def receive() -> Any:
        return message

    assert await read_body(receive) == b""


def test_text_that_looks_like_something_else_stays_text() -> None:
    for decode in (decode_pairs, decode_query):
        assert decode(b"name=1776&score=8&kind=null", Film) == Film("1776", 8.0, kind="null")


def test_needed_text_that_is_blank_is_for_its_own_rules_to_judge() -> None:
    assert decode_pairs(b"name=&score=8", Film).name == ""
    assert decode_body(b'{"name": "", "score": 8}', JSON, Film).name == ""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"name": "Up"}', JSON),
        (b'{"name": "Up", "score": null}', JSON),
        (b"name=Up", FORM),
        (b"name=Up&score=", FORM),
    ],
)
def test_missing_data(body: bytes, kind: str) -> None:
    with pytest.raises(Invalid, match=r"^Missing data$") as refusal:
        decode_body(body, kind, Film)
    assert refusal.value.fields == {"score": "missing"}


@pytest.mark.parametrize(
    ("body", "kind", "field"),
    [
        (b'{"name": "Up", "score": "8"}', JSON, "score"),
        (b'{"name": "Up", "score": 8, "tags": [1]}', JSON, "tags[0]"),
        (b'{"name": 7, "score": 8}', JSON, "name"),
        (b"name=Up&score=eight", FORM, "score"),
        (b"name=Up&score=8&year=1999.5", FORM, "year"),
        (b"name=Up&name=Her&score=8", FORM, "name"),
        (b"name=Up&score=8&99year=x", FORM, "99year"),
    ],
)
def test_a_refusal_names_the_field(body: bytes, kind: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decode_body(body, kind, Film)
    assert list(refusal.value.fields) == [field]
    assert refusal.value.text.startswith(field)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", JSON),
        (b"[]", JSON),
        (b'"Up"', JSON),
        (b'{"name": "Up", "score": 8} {}', JSON),
        (b'{"name": "\xff", "score": 8}', JSON),
        (b'{"name": "\\ud800", "score": 8}', JSON),
        (b'{"name": "Up", "score": NaN}', JSON),
        (b'{"name": "Up", "score": 1e999}', JSON),
        (b'\xef\xbb\xbf{"name": "Up", "score": 8}', JSON),
        (b"[" * 100_000, JSON),
        (b'{"other": ' + b"[" * 100_000, JSON),
        (b"name=%FF&score=8", FORM),
        (b"name=%ED%A0%80&score=8", FORM),
        (b"name=\xff&score=8", FORM),
        (b"a=1&" * 201, FORM),
    ],
)
def test_what_is_no_body(body: bytes, kind: str) -> None:
    with pytest.raises(Invalid):
        decode_body(body, kind, Film)


names = st.text(st.characters(codec="utf-8"), min_size=1)


@given(name=names, score=st.floats(allow_nan=False, allow_infinity=False), year=st.none() | st.integers())
def test_a_form_and_json_say_the_same(name: str, score: float, year: int | None) -> None:
    given = {"name": name, "score": score} | ({} if year is None else {"year": year})
    assert decode_body(urlencode(given).encode(), FORM, Film) == decode_body(
        json.dumps(given).encode(), JSON, Film
    )


@given(body=st.binary(), kind=st.sampled_from([JSON, FORM]) | st.text())
def test_any_bytes_are_a_value_or_a_refusal(body: bytes, kind: str) -> None:
    try:
        film = decode_body(body, kind, Film)
    except Invalid:
        return
    assert isinstance(film, Film)

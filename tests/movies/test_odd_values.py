"""`POST /api/v1/add_movie` with values and bodies that cannot be."""

import json

import pytest

from cinedex.services import Services
from movies.calls import ADD, WIZARD, Client, Headers, refusal


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("imdb_score", 10.1),
        ("imdb_score", -0.1),
        ("imdb_score", "8.3"),
        ("imdb_score", True),
        ("popularity", -1),
        ("popularity", 1_000_001),
        ("year", 1869),
        ("year", 2101),
        ("year", 10**30),
        ("year", 1939.5),
        ("votes", -1),
        ("votes", 2**63),
        ("name", 1776),
        ("name", "x" * 501),
        ("name", "The Wizard\x00of Oz"),
        ("name", "The Wizard of \u202ezO"),
        ("director", "x" * 201),
        ("director", ["Victor Fleming"]),
        ("director", "\u2067Victor Fleming\u2069"),
        ("genre", ["x" * 101]),
        ("genre", ["Drama"] * 31),
        ("genre", {"title": "Drama"}),
        ("genre", "Dra\u202dma"),
        ("genre", [1]),
        ("cast", ["Judy Garland"] * 101),
        ("cast", ["x" * 201]),
        ("cast", "Judy Garland"),
        ("cast", ["Judy Garland", "Frank \u202eMorgan"]),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    client: Client, services: Services, admin: Headers, field: str, value: object
) -> None:
    body = refusal(await client.post(ADD, json=WIZARD | {field: value}, headers=admin), 400)
    assert [name.partition("[")[0] for name in body["errors"]] == [field]
    assert await services.movies.count() == 0


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "8,3", " 8.3", "0x8", "٨"])
@pytest.mark.parametrize("field", ["imdb_score", "popularity", "year", "votes"])
async def test_a_form_has_no_odd_numbers(client: Client, admin: Headers, field: str, text: str) -> None:
    refusal(await client.post(ADD, data=WIZARD | {field: text}, headers=admin), 400)


@pytest.mark.parametrize(
    "score", ["NaN", "Infinity", "1e999", "1" + "0" * 5000, "-1e-7", "8.3.1", "[" * 30_000, '"\\ud800"']
)
async def test_json_has_no_odd_numbers(client: Client, admin: Headers, score: str) -> None:
    content = json.dumps(WIZARD).replace("8.3", score)
    refusal(await client.post(ADD, content=content.encode(), headers=admin), 400)


@pytest.mark.parametrize("score", [-0.0, 0, 0.001, 10, 10.0])
async def test_the_ends_of_the_scale_are_scores(client: Client, admin: Headers, score: float) -> None:
    response = await client.post(ADD, json=WIZARD | {"imdb_score": score}, headers=admin)
    assert response.status_code == 201
    assert response.json()["movie"]["imdb_score"] == score
    assert b"-0" not in response.content


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"name": "\xff"}', "application/json", 400),
        (b"name=%FF", "application/x-www-form-urlencoded", 400),
        (b"name=Her&name=M", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 300, "application/x-www-form-urlencoded", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"[" * 100_000, "application/json", 413),
        (b'{"name": "' + b"x" * 100_000, "application/json", 413),
        (b"<movie/>", "application/xml", 415),
        (b"{}", "application/json; charset=latin-1", 400),
    ],
)
async def test_what_is_no_body(
    client: Client, admin: Headers, content: bytes, content_type: str, status: int
) -> None:
    refusal(await client.post(ADD, content=content, headers=admin | {"content-type": content_type}), status)


async def test_other_methods_are_named(client: Client, admin: Headers) -> None:
    response = await client.get(ADD, headers=admin)
    refusal(response, 405)
    assert "POST" in response.headers["allow"]

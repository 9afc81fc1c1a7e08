"""What the OpenAPI document says of the catalogue's calls."""

from typing import Any

import pytest

from cinedex.foundation.etags import PATTERN
from movies.calls import ADD, MOVIES, Client

GENRES = "/api/v1/genres"
MOVIE = f"{MOVIES}/{{id}}"


@pytest.fixture
async def paths(client: Client) -> dict[str, Any]:
    read: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()["paths"]
    return read


async def test_the_document_names_each_answer(paths: dict[str, Any]) -> None:
    add = paths[ADD]["post"]
    assert set(add["responses"]) == {"201", "400", "401", "403", "404", "408", "409", "413", "415", "503"}
    assert set(paths[GENRES]["post"]["responses"]) == {
        "201",
        "400",
        "401",
        "403",
        "408",
        "409",
        "413",
        "415",
        "503",
    }
    assert {"200", "503"} <= set(paths[GENRES]["get"]["responses"])
    for media in ("application/json", "application/x-www-form-urlencoded"):
        schema = add["requestBody"]["content"][media]["schema"]
        assert set(schema["required"]) == {"name", "imdb_score", "director"}
        assert {"99popularity", "genre", "genres", "year", "votes", "cast"} <= set(schema["properties"])
    assert add["security"] == [{"bearer": []}]


@pytest.mark.parametrize(
    ("method", "condition", "answers"),
    [
        ("get", "If-None-Match", {"200", "304", "400", "401", "404", "429", "503"}),
        ("head", "If-None-Match", {"200", "304", "400", "401", "404", "429", "503"}),
        ("patch", "If-Match", {"200", "400", "401", "403", "404", "408", "409", "412", "413", "415", "503"}),
        ("delete", "If-Match", {"204", "400", "401", "403", "404", "412", "503"}),
    ],
)
async def test_a_film_its_answers_and_its_condition(
    paths: dict[str, Any], method: str, condition: str, answers: set[str]
) -> None:
    call = paths[MOVIE][method]
    assert call["responses"].keys() == answers
    problem = {"$ref": "#/components/schemas/ProblemBody"}
    for status in answers - {"200", "204", "304"}:
        assert call["responses"][status]["content"]["application/json"]["schema"] == problem
    by_place = {parameter["in"]: parameter for parameter in call["parameters"]}
    assert (by_place["path"]["name"], by_place["path"]["schema"]["type"]) == ("id", "integer")
    assert by_place["header"]["name"] == condition
    assert not by_place["header"]["required"]
    assert by_place["header"]["schema"] == {"type": "string", "pattern": PATTERN}
    may_be_read_without = {} in call["security"]
    assert may_be_read_without == (method in {"get", "head"})
    if "200" in answers:
        shown = call["responses"]["200"]
        assert shown["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/MovieBody"}
        assert shown["headers"]["ETag"]["schema"] == {"type": "string"}
        assert shown["headers"]["ETag"]["description"]


async def test_a_change_says_what_it_reads(paths: dict[str, Any]) -> None:
    content = paths[MOVIE]["patch"]["requestBody"]["content"]
    assert content.keys() == {"application/json", "application/x-www-form-urlencoded"}
    for media in content.values():
        fields = media["schema"]["properties"]
        assert fields.keys() == {
            "name", "imdb_score", "director", "popularity", "genre", "genres", "year", "votes", "cast",
        }  # fmt: skip
        assert not media["schema"]["required"]
        nullable = {name for name, schema in fields.items() if {"type": "null"} in schema.get("anyOf", [])}
        assert nullable == fields.keys() - {"name"}


async def test_each_address_tells_all_its_methods(client: Client, paths: dict[str, Any]) -> None:
    for path, calls in paths.items():
        allowed = (await client.options(path.replace("{id}", "1"))).headers["allow"].split(", ")
        # Calls of search answer HEAD without saying so in the document.
        assert {method.upper() for method in calls} <= {*allowed}, path
        assert {*allowed} - {"OPTIONS", "HEAD"} <= {method.upper() for method in calls}, path

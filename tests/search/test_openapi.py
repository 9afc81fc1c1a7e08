"""What the OpenAPI document says of the calls of search."""

from typing import Any

import pytest
from httpx import AsyncClient

from search.lists import LIST, SEARCH, SORTS, SUGGEST

FILTERS = {"genre", "director", "year_from", "year_to", "score_from", "interpret"}


@pytest.fixture
async def paths(dozen: AsyncClient) -> dict[str, Any]:
    read: dict[str, Any] = (await dozen.get("/api/v1/openapi.json")).json()["paths"]
    return read


@pytest.mark.parametrize(
    ("path", "method", "answers"),
    [
        (SEARCH, "get", {"200", "400", "401", "404", "429", "503"}),
        (SEARCH, "post", {"200", "400", "401", "404", "408", "413", "415", "429", "503"}),
        (LIST, "get", {"200", "400", "401", "429", "503"}),
        (SUGGEST, "get", {"200", "400", "401", "429", "503"}),
    ],
)
async def test_each_answer_is_described(
    paths: dict[str, Any], path: str, method: str, answers: set[str]
) -> None:
    responses = paths[path][method]["responses"]
    assert responses.keys() == answers
    for response in responses.values():
        assert response["description"]
        assert response["content"]["application/json"]["schema"]["properties"]


async def test_what_a_list_reads(paths: dict[str, Any]) -> None:
    read = {one["name"]: one for one in paths[LIST]["get"]["parameters"]}
    assert read.keys() == FILTERS | {"q", "sort", "limit", "cursor"}
    assert not any(one["required"] for one in read.values())
    assert {one["in"] for one in read.values()} == {"query"}
    schemas = {name: one["schema"] for name, one in read.items()}
    # It may be given several times.
    assert (schemas["genre"]["type"], schemas["genre"]["items"]["type"]) == ("array", "string")
    assert sorted(schemas["sort"]["enum"]) == sorted(SORTS)
    assert schemas["sort"]["default"] == "relevance"
    assert {key: schemas["limit"][key] for key in ("minimum", "maximum", "default")} == {
        "minimum": 1, "maximum": 100, "default": 10,
    }  # fmt: skip
    assert (schemas["year_from"]["minimum"], schemas["year_to"]["maximum"]) == (1870, 2100)
    assert (schemas["score_from"]["type"], schemas["score_from"]["maximum"]) == ("number", 10)
    assert "anyOf" not in str(schemas)


async def test_what_the_others_read(paths: dict[str, Any]) -> None:
    search = {one["name"]: one for one in paths[SEARCH]["get"]["parameters"]}
    assert search.keys() == FILTERS | {"name", "limit"}
    assert [name for name, one in search.items() if one["required"]] == ["name"]
    suggest = {one["name"]: one for one in paths[SUGGEST]["get"]["parameters"]}
    assert {name: one["required"] for name, one in suggest.items()} == {"q": True, "limit": False}
    for media in paths[SEARCH]["post"]["requestBody"]["content"].values():
        assert media["schema"]["properties"].keys() == search.keys()


async def test_the_shape_of_a_page(paths: dict[str, Any]) -> None:
    schema = paths[LIST]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"].keys() == {
        "movies", "total", "facets", "next_cursor", "read_as", "did_you_mean", "degraded",
    }  # fmt: skip
    assert set(schema["required"]) == {"movies", "total", "facets", "next_cursor"}
    movie = schema["properties"]["movies"]["items"]
    assert {"id", "name", "matched_on"} <= movie["properties"].keys()
    match = movie["properties"]["matched_on"]["items"]["properties"]
    assert match.keys() == {"field", "text", "kind", "ranges"}
    assert "#/here" not in str(paths)


async def test_a_range_is_two_numbers(paths: dict[str, Any]) -> None:
    schema = paths[SEARCH]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    match = schema["properties"]["movies"]["items"]["properties"]["matched_on"]["items"]["properties"]
    one = match["ranges"]["items"]
    assert (one["type"], one["items"], one["minItems"], one["maxItems"]) == (
        "array",
        {"type": "integer"},
        2,
        2,
    )
    # Many programs that read such a document know no tuples.
    assert "prefixItems" not in str(paths)

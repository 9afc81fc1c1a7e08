"""What the OpenAPI page says of the calls of accounts."""

from typing import Any

import pytest
from httpx import AsyncClient


@pytest.fixture
async def document(client: AsyncClient) -> dict[str, Any]:
    read: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    return read


@pytest.mark.parametrize(
    ("path", "success", "refusals", "required"),
    [
        ("register", "201", {"400", "401", "409", "413", "415", "503"}, {"username", "password"}),
        ("login", "200", {"400", "401", "413", "415", "503"}, {"username", "password"}),
        ("refresh", "200", {"400", "401", "413", "415", "503"}, {"refresh_token"}),
    ],
)
async def test_bodies_and_answers_are_described(
    document: dict[str, Any], path: str, success: str, refusals: set[str], required: set[str]
) -> None:
    call = document["paths"][f"/api/v1/{path}"]["post"]
    content = call["requestBody"]["content"]
    assert content.keys() == {"application/json", "application/x-www-form-urlencoded"}
    for media in content.values():
        assert set(media["schema"]["required"]) == required
        assert "$ref" not in str(media)
    assert call["responses"].keys() == {success} | refusals
    for status in refusals:
        schema = call["responses"][status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/ProblemBody"}


async def test_the_bearer_token_is_declared_where_it_is_read(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    paths = document["paths"]
    assert paths["/api/v1/logout"]["post"]["security"] == [{"bearer": []}]
    assert paths["/api/v1/register"]["post"]["security"] == [{}, {"bearer": []}]
    assert "security" not in paths["/api/v1/login"]["post"]
    assert "requestBody" not in paths["/api/v1/logout"]["post"]


async def test_the_page_gives_no_examples_of_secrets(document: dict[str, Any]) -> None:
    accounts = {
        name: document["paths"][f"/api/v1/{name}"] for name in ("register", "login", "refresh", "logout")
    }
    assert "example" not in str(accounts) + str(document["components"]["schemas"]["LoggedIn"])

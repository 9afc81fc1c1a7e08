"""What the OpenAPI page says of the calls of accounts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from httpx import AsyncClient

BODY = {"400", "408", "413", "415", "503"}


@pytest.fixture
async def document(client: AsyncClient) -> dict[str, Any]:
    read: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    return read


@pytest.mark.parametrize(
    ("call", "success", "refusals", "required"),
    [
        ("post register", "201", BODY | {"401", "403", "409", "429"}, {"username", "password"}),
        ("post login", "200", BODY | {"401", "429"}, {"username", "password"}),
        ("post refresh", "200", BODY | {"401"}, {"refresh_token"}),
        ("patch me", "200", BODY | {"401", "403", "409", "429"}, {"username", "password"}),
        ("delete me", "204", BODY | {"401", "403", "409", "429"}, {"password"}),
        ("post me/password", "204", BODY | {"401", "403", "429"}, {"current_password", "new_password"}),
        ("patch users/{id}", "200", BODY | {"401", "403", "404", "409"}, set()),
        ("post keys", "201", BODY | {"401", "403", "409", "429"}, {"name", "scopes", "password"}),
        ("post users/{id}/password", "204", BODY | {"401", "403", "404"}, {"password"}),
    ],
)
async def test_bodies_and_answers_are_described(
    document: dict[str, Any], call: str, success: str, refusals: set[str], required: set[str]
) -> None:
    method, _, path = call.partition(" ")
    described = document["paths"][f"/api/v1/{path}"][method]
    content = described["requestBody"]["content"]
    assert content.keys() == {"application/json", "application/x-www-form-urlencoded"}
    for media in content.values():
        assert set(media["schema"].get("required", ())) == required
        assert "$ref" not in str(media)
    assert described["responses"].keys() == {success} | refusals
    for status in refusals:
        schema = described["responses"][status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/ProblemBody"}


async def test_the_bearer_token_is_declared_where_it_is_read(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    paths = document["paths"]
    assert paths["/api/v1/logout"]["post"]["security"] == [{"bearer": []}]
    assert paths["/api/v1/register"]["post"]["security"] == [{}, {"bearer": []}]
    assert "security" not in paths["/api/v1/login"]["post"]
    assert "requestBody" not in paths["/api/v1/logout"]["post"]


@pytest.mark.parametrize(
    ("call", "answers"),
    [
        ("get me", {"200", "401", "403", "503"}),
        ("get sessions", {"200", "401", "403", "503"}),
        ("delete sessions/{id}", {"204", "400", "401", "403", "404", "503"}),
        ("post logout_all", {"200", "401", "403", "503"}),
        ("get keys", {"200", "401", "403", "503"}),
        ("delete keys/{id}", {"204", "400", "401", "403", "404", "503"}),
        ("get audit", {"200", "400", "401", "403", "503"}),
        ("get users", {"200", "400", "401", "403", "503"}),
        ("get users/{id}", {"200", "400", "401", "403", "404", "503"}),
        ("delete users/{id}", {"204", "400", "401", "403", "404", "409", "503"}),
    ],
)
async def test_calls_without_a_body_are_described(
    document: dict[str, Any], call: str, answers: set[str]
) -> None:
    method, _, path = call.partition(" ")
    described = document["paths"][f"/api/v1/{path}"][method]
    assert described["responses"].keys() == answers
    assert described["security"] == [{"bearer": []}]
    assert "requestBody" not in described


async def test_the_parameters_of_the_list_are_described(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/v1/users"]["get"]["parameters"]
    assert {one["name"]: one["in"] for one in parameters} == dict.fromkeys(("q", "limit", "cursor"), "query")
    [limit] = [one["schema"] for one in parameters if one["name"] == "limit"]
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 100, 50)


async def test_the_page_gives_no_examples_of_secrets(document: dict[str, Any]) -> None:
    accounts = {
        name: document["paths"][f"/api/v1/{name}"]
        for name in ("register", "login", "refresh", "logout", "me", "me/password", "users/{id}/password")
    }
    assert "example" not in str(accounts) + str(document["components"]["schemas"]["LoggedIn"])


# A token of ours or of the JWT's kind, an API key, a hash, an address with a password, or any long random text.
SECRET = re.compile(
    r"eyJ[\w-]{8}|cdx_[0-9a-f]{8}|\$argon2|://[^/\s]+:[^/\s]+@|Bearer +\w|(?=\w*\d)(?=\w*[a-zA-Z])\w{28,}"
)


def walk(value: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each value of a document, and the names on the way to it."""
    yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from walk(part, *path, str(name))


async def test_no_text_of_the_document_looks_like_a_secret(document: dict[str, Any]) -> None:
    texts = [(path, value) for path, value in walk(document) if isinstance(value, str)]
    assert len(texts) > 1000
    assert not [(path, text) for path, text in texts if path[-1] != "operationId" and SECRET.search(text)]


async def test_what_is_secret_is_marked_and_has_no_example(document: dict[str, Any]) -> None:
    seen = set()
    for path, schema in walk(document):
        if "properties" in path[-2:-1] and re.search("password|secret|refresh_token", path[-1]):
            is_read = "requestBody" in path
            # Answers have one secret of these: the token that was just made.
            assert is_read or path[-1] == "refresh_token"
            assert (schema.get("format"), schema.get("writeOnly")) == (
                ("password", True) if is_read else (None, None)
            )
            assert not {"example", "examples", "default", "const", "enum"} & schema.keys()
            seen.add(path[-1])
    assert seen == {"password", "current_password", "new_password", "refresh_token"}

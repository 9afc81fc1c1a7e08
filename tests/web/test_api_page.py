"""The OpenAPI document, and the page that shows it."""

import shlex
from typing import Any

import pytest
from httpx import AsyncClient

from cinedex.services import Services
from web.html import Page

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
async def document(client: AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    read: dict[str, Any] = answer.json()
    return read


async def test_the_document_is_openapi_3_1_with_all_calls(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert {
        "/api/v1/register", "/api/v1/login", "/api/v1/add_movie", "/api/v1/search_movie",
        "/health/live", "/health/ready",
    } <= document["paths"].keys()  # fmt: skip
    assert not {"/", "/api", "/static/{name}"} & document["paths"].keys()


async def test_the_page_shows_each_call_of_the_document(
    client: AsyncClient, document: dict[str, Any]
) -> None:
    page = Page((await client.get("/api")).text)
    calls = {
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }
    assert {
        f"{method} {path}"
        for method, path in zip(
            page.texts("span", class_="method"), page.texts("span", class_="path"), strict=True
        )
    } == calls
    anchors = [section["id"] for section in page.all("section", class_="call")]
    assert len(set(anchors)) == len(anchors) == len(calls)
    assert {link["href"] for link in page.all("a", class_="jump")} == {f"#{anchor}" for anchor in anchors}


async def test_the_page_shows_parameters_bodies_and_answers(
    client: AsyncClient, document: dict[str, Any]
) -> None:
    source = (await client.get("/api")).text
    for item in document["paths"].values():
        for call in item.values():
            assert call["summary"] in source
            for status in call["responses"]:
                assert f"<td>{status}</td>" in source
    fields = Page(source).texts("code", class_="field")
    assert {"username", "password", "imdb_score", "refresh_token", "limit"} <= set(fields)


@pytest.mark.usefixtures("films")
async def test_each_curl_line_works(client: AsyncClient, services: Services) -> None:
    await services.accounts.create_admin("root", "correct horse")
    token = (
        await client.post("/api/v1/login", json={"username": "root", "password": "correct horse"})
    ).json()["token"]
    lines = Page((await client.get("/api")).text).texts("code", class_="curl")
    assert lines
    for line in lines:
        method, url, headers, body = read_curl(line.replace("$TOKEN", token))
        answer = await client.request(method, url, headers=headers, content=body)
        assert answer.status_code not in {400, 405, 413, 415, 422}, f"{line}: {answer.text}"
        assert answer.is_success or answer.json()["code"] != "not_found", f"{line}: {answer.text}"
        assert answer.status_code < 500, f"{line}: {answer.text}"


def read_curl(line: str) -> tuple[str, str, dict[str, str], str | None]:
    command, *words = shlex.split(line)
    assert command == "curl"
    method, headers, body = None, {}, None
    *options, url = words
    for option, value in zip(options[::2], options[1::2], strict=True):
        if option == "-X":
            method = value
        elif option == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        else:
            assert option == "-d"
            body = value
    return method or ("GET" if body is None else "POST"), url, headers, body


@pytest.mark.parametrize(
    "address",
    [
        "/schema",
        "/schema/swagger",
        "/schema/openapi.json",
        "/api/v1/openapi.json/x",
        "/api/v1/openapi.json/openapi.json",
    ],
)
async def test_there_is_no_other_page_of_the_document(client: AsyncClient, address: str) -> None:
    answer = await client.get(address)
    assert answer.status_code == 404
    assert answer.json()["message"]

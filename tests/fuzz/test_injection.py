"""Hostile text in each place of each call: it is refused or taken as text, and nothing else comes of it."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from httpx import AsyncClient, Response

from cinedex.accounts.models import User
from cinedex.foundation.audit import Wanted
from cinedex.foundation.folding import fold, has_control_characters
from cinedex.services import Services
from films import FILMS
from fuzz.document import Plan
from fuzz.hostile import HOSTILE, PAGES
from fuzz.peopled import PASSWORD, header_of

Values = dict[str, Any]

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
# What a call takes beside the hostile text: account 1, film 12, and values that fit.
VALID: Values = {
    "username": "tom",
    "password": PASSWORD,
    "current_password": PASSWORD,
    "new_password": "staple of batteries",
    "refresh_token": "A" * 43,
    "name": "Alien",
    "director": "Ridley Scott",
    "imdb_score": 8.5,
    "title": "Film noir",
    "scopes": ["read"],
    "q": "alien",
}
SHARES = 5
HEADERS = (
    "Authorization",
    "X-API-Key",
    "X-Request-ID",
    "X-Forwarded-For",
    "User-Agent",
    "Content-Type",
    "Origin",
)
READ_BY = ("GET /api/v1/me", "POST /api/v1/login", "GET /api/v1/search_movie", "GET /api/v1/movies")


class Place(NamedTuple):
    """Where the text goes: a field of a call's path, query, headers or body."""

    method: str
    path: str
    where: str
    name: str
    call: Values


@pytest.fixture
async def document(client: AsyncClient) -> Values:
    read: Values = (await client.get("/api/v1/openapi.json")).json()
    return read


@pytest.fixture
async def bystander(services: Services) -> User:
    """An account that no call means, beside "tom", whom some do."""
    for name in ("tom", "victor"):
        await services.accounts.register(name, PASSWORD)
    return await services.people.named("victor")


async def test_hostile_text_is_refused_or_kept_as_text(
    client: AsyncClient, document: Values, services: Services, bystander: User
) -> None:
    before = await services.movies.documents(range(1, len(FILMS)))
    for number, place in enumerate(places(document)):
        for turn, text in enumerate(texts_for(number)):
            response = await send(client, place, text, is_form=(number + turn) % 2 == 0)
            check(response, place, text)
    assert await services.movies.documents(range(1, len(FILMS))) == before
    assert await services.people.get(bystander.id) == bystander
    # Whoever was made for the callers of these calls was made by no call.
    told = await services.audit.page(Wanted("", "", ""), 100_000, None)
    assert not [
        entry for entry in told if entry.by != "command" and re.search(", (admin|editor)", entry.detail)
    ]
    tokens = await client.post("/api/v1/login", json={"username": bystander.username, "password": PASSWORD})
    assert tokens.status_code == 200


async def test_no_text_is_a_query(client: AsyncClient) -> None:
    for text in HOSTILE:
        if has_control_characters(text) or len(text) > 100 or not fold(text):
            continue
        found = [await ids(client, name) for name in (text, fold(text))]
        assert found[0] == found[1], text


async def test_no_text_is_markup(client: AsyncClient) -> None:
    for text in PAGES:
        for role in (None, "admin"):
            headers = {"authorization": header_of(role)} if role else {}
            page = (await client.get("/", params={"q": text}, headers=headers)).text
            assert text not in page or not set(text) & set("<>\"'&")
            assert "4949" not in page


def texts_for(number: int) -> list[str]:
    """Return what is tried at a place: all of it for long, or else a part with some of each kind, and a zero."""
    return HOSTILE if Plan.of_run().is_long else ["\x00", *HOSTILE[number % SHARES :: SHARES]]


async def ids(client: AsyncClient, name: str) -> set[int]:
    answer = await client.get("/api/v1/search_movie", params={"name": name, "interpret": False, "limit": 100})
    return {movie["id"] for movie in answer.json().get("movies", ())}


def places(document: Values) -> Iterator[Place]:
    """Yield each place of each call that takes text, and the headers that are read for any of them."""
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            if method == "head":
                continue
            for parameter in call.get("parameters", ()):
                yield Place(method, path, parameter["in"], parameter["name"], call)
            for name in fields(call):
                yield Place(method, path, "body", name, call)
            if f"{method.upper()} {path}" in READ_BY:
                for name in HEADERS:
                    yield Place(method, path, "header", name, call)


def fields(call: Values) -> Values:
    """Return the fields of a call's body."""
    content = call.get("requestBody", {}).get("content", {})
    properties: Values = content[FORM]["schema"]["properties"] if content else {}
    return properties


async def send(client: AsyncClient, place: Place, text: str, *, is_form: bool) -> Response:
    """Make a call as an admin with the text in its place, and fitting values in those that it needs."""
    query = {
        one["name"]: VALID[one["name"]]
        for one in place.call.get("parameters", ())
        if one.get("required") and one["in"] == "query"
    }
    headers = [(b"authorization", header_of("admin").encode())]
    body = {name: VALID[name] for name in VALID if name in fields(place.call)}
    number = "12" if "movies" in place.path else "1"
    content = b""
    match place.where:
        case "path":
            number = quote(text, safe="", errors="surrogatepass")
        case "query":
            query[place.name] = text
        case "header":
            headers = [one for one in headers if one[0] != place.name.lower().encode()]
            headers.append((place.name.lower().encode(), text.encode(errors="surrogatepass")))
        case _:
            body[place.name] = text
    if body:
        content = (
            urlencode(body, doseq=True, errors="surrogatepass") if is_form else json.dumps(body)
        ).encode()
        if place.name != "Content-Type":
            headers.append((b"content-type", (FORM if is_form else JSON).encode()))
    url = place.path.replace("{id}", number) + (
        "?" + urlencode(query, errors="surrogatepass") if query else ""
    )
    return await client.request(place.method, url, headers=headers, content=content)


def check(response: Response, place: Place, text: str) -> None:
    """Check that this is a documented answer, in JSON, with nothing of the text in its headers."""
    told = f"{place.method} {place.path} {place.where} {place.name} {text[:60]!r}: {response.status_code} {response.text[:300]}"
    documented = {int(status) for status in place.call["responses"]}
    if place.where == "path":
        # What is no segment of a path leads elsewhere, or nowhere.
        documented |= {404, 405}
    assert response.status_code in documented, told
    assert response.status_code < 500, told
    assert not {"x-injected", "set-cookie", "location"} & response.headers.keys(), told
    for name, value in response.headers.items():
        assert name == "x-request-id" or text not in value or len(text) < 4, told
    if response.content:
        assert response.headers["content-type"] == JSON, told
        body = response.json()
        if response.status_code >= 400:
            assert body["message"], told
            assert body["code"], told
            assert body["request_id"] == response.headers["x-request-id"], told
    if place.path == "/api/v1/login" and place.name == "password":
        assert response.status_code != 200, told

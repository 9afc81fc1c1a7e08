"""The door of a worker: every request is answered as the framework answers it."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from cinedex.app import build_app
from cinedex.services import Services
from cinedex.web.front import Front

REQUESTS = [
    ("GET", "/api/v1/search_movie?name=alien"),
    ("GET", "/api/v1/search_movie?name=qqzzxv"),
    ("GET", "/api/v1/search_movie"),
    ("DELETE", "/api/v1/search_movie"),
    ("GET", "/api/v1/movies?genre=Horror"),
    ("GET", "/api/v1/movies?limit=0"),
    ("GET", "/api/v1/suggest?q=al"),
    ("GET", "/api/v1/movies/1"),
    ("GET", "/api/v1/genres"),
    ("GET", "/no/such/page"),
    ("GET", "/"),
]


@pytest.fixture
async def app(services: Services) -> AsyncIterator[Litestar]:
    app = build_app(services)
    async with app.lifespan():
        yield app


@pytest.mark.parametrize(("method", "path"), REQUESTS)
async def test_it_answers_as_the_framework_does(app: Litestar, method: str, path: str) -> None:
    told = []
    for door in (app, Front(app)):
        async with AsyncClient(
            transport=ASGITransport(cast("Any", door)), base_url="http://cinedex"
        ) as client:
            response = await client.request(method, path)
            body = response.json() if "json" in response.headers.get("content-type", "") else response.text
            if isinstance(body, dict):
                body.pop("request_id", None)
            told.append((response.status_code, response.headers.get("content-type"), body))
    assert told[0] == told[1]


def test_search_is_called_at_once(services: Services) -> None:
    front = Front(build_app(services))
    assert {"/api/v1/search_movie", "/api/v1/movies", "/api/v1/suggest"} <= front._bare.keys()  # noqa: SLF001 -- what it is for

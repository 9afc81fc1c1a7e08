"""What answers GET answers HEAD, with the same head."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from litestar.routes import ASGIRoute, HTTPRoute

from cinedex.app import build_app
from cinedex.foundation.draining import Draining
from cinedex.services import Services
from cinedex.web.front import Front
from tiers import EMBEDDED

GIVEN = {"username": "root", "password": "correct horse"}
# Where the framework itself waits for GET, and nothing is ever found.
NOWHERE = {"/api/v1/openapi.json/openapi.json", "/api/v1/openapi.json/{path}"}
ADDRESSES = {
    "/api/v1/movies/{id}": "/api/v1/movies/1",
    "/api/v1/users/{id}": "/api/v1/users/1",
    "/api/v1/search_movie": "/api/v1/search_movie?name=samurai",
    "/api/v1/suggest": "/api/v1/suggest?q=sam",
    "/static/{name}": "/static/style.css",
}

pytestmark = [
    pytest.mark.usefixtures("films"),
    pytest.mark.tiers(EMBEDDED, reason="routes are the same wherever the index is"),
]


@pytest.fixture
async def app(services: Services) -> AsyncIterator[Litestar]:
    app = build_app(services)
    async with app.lifespan():
        yield app


def read_by_get(app: Litestar) -> set[str]:
    """Return the path of each route that answers GET; bare ones all do."""
    return {
        route.path_format
        for route in app.routes
        if isinstance(route, ASGIRoute) or (isinstance(route, HTTPRoute) and "GET" in route.methods)
    } - NOWHERE


async def test_every_route_that_answers_get_answers_head(app: Litestar, services: Services) -> None:
    await services.accounts.create_admin(**GIVEN)
    paths = read_by_get(app)
    assert {"/", "/api/v1/openapi.json", *ADDRESSES} <= paths
    front = Front(app, Draining(services.settings.draining_path))
    transport = ASGITransport(cast("Any", front))
    async with AsyncClient(transport=transport, base_url="http://cinedex") as client:
        token = (await client.post("/api/v1/login", json=GIVEN)).json()["token"]
        asked = {"authorization": f"Bearer {token}", "x-request-id": "the-same"}
        for path in sorted(paths):
            address = ADDRESSES.get(path, path)
            read = await client.get(address, headers=asked)
            assert read.status_code == 200, path
            head = await client.head(address, headers=asked)
            assert (head.status_code, head.headers) == (200, read.headers), path
            allowed = (await client.options(address)).headers["allow"].split(", ")
            assert {"GET", "HEAD"} <= {*allowed}, path

"""The door of a worker: every request is answered as the framework answers it."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from structlog.testing import capture_logs

from cinedex.app import build_app
from cinedex.foundation.draining import Draining
from cinedex.services import Services
from cinedex.web import front
from cinedex.web.front import Front
from tiers import EMBEDDED

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


@pytest.fixture
def draining(services: Services) -> Draining:
    return Draining(services.settings.draining_path)


@pytest.mark.parametrize(("method", "path"), REQUESTS)
async def test_it_answers_as_the_framework_does(
    app: Litestar, draining: Draining, method: str, path: str
) -> None:
    told = []
    for door in (app, Front(app, draining)):
        async with AsyncClient(
            transport=ASGITransport(cast("Any", door)), base_url="http://cinedex"
        ) as client:
            response = await client.request(method, path)
            body = response.json() if "json" in response.headers.get("content-type", "") else response.text
            if isinstance(body, dict):
                body.pop("request_id", None)
            told.append((response.status_code, response.headers.get("content-type"), body))
    assert told[0] == told[1]


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("path", ["/api/v1/search_movie", "/api/v1/movies/{id}"])
async def test_a_slow_request_is_logged_by_its_route(
    app: Litestar, draining: Draining, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = ASGITransport(cast("Any", Front(app, draining)))
    async with AsyncClient(transport=transport, base_url="http://cinedex") as client:
        with capture_logs() as logs:
            await client.get(path.replace("{id}", "1") + "?name=alien&secret=hunter2")
        assert logs == []
        monkeypatch.setattr(front, "SLOW_SECONDS", 0.0)
        with capture_logs() as logs:
            await client.get(path.replace("{id}", "1") + "?name=alien&secret=hunter2")
    assert [(log["event"], log["route"], log["method"]) for log in logs] == [("request", path, "GET")]
    assert "hunter2" not in repr(logs)


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
async def test_a_request_that_fails_is_logged_with_its_number(
    app: Litestar, services: Services, draining: Draining
) -> None:
    await services.database.close()
    services.settings.database_path.write_bytes(b"")
    transport = ASGITransport(cast("Any", Front(app, draining)))
    async with AsyncClient(transport=transport, base_url="http://cinedex") as client:
        with capture_logs() as logs:
            answer = await client.get("/api/v1/search_movie?name=alien")
    assert answer.status_code == 503
    assert [log["event"] for log in logs] == ["unavailable", "request"]
    assert logs[0]["request_id"] == answer.headers["x-request-id"] == answer.json()["request_id"]


def test_search_is_called_at_once(services: Services, draining: Draining) -> None:
    door = Front(build_app(services), draining)
    assert {"/api/v1/search_movie", "/api/v1/movies", "/api/v1/suggest"} <= door._bare.keys()  # noqa: SLF001 -- what it is for

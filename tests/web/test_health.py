"""What a load balancer or a supervisor asks."""

import asyncio

import pytest
from httpx import AsyncClient

from cinedex.movies.service import MovieService
from cinedex.services import Services
from cinedex.web import health
from web.films import Serving


class SilentMovies(MovieService):
    """A catalogue that never answers."""

    async def catalogue_uid(self) -> str:
        await asyncio.Event().wait()
        return ""


class BrokenMovies(MovieService):
    """A catalogue that breaks in a way that nobody foresaw."""

    async def catalogue_uid(self) -> str:
        raise RuntimeError("disk on fire")


@pytest.mark.usefixtures("films")
async def test_ready_when_database_and_index_answer(client: AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "database": "ok", "index": "ok"}
    assert answer.headers["cache-control"] == "no-store"


async def test_not_ready_without_an_index(client: AsyncClient) -> None:
    answer = await client.get("/health/ready")
    body = answer.json()
    assert answer.status_code == 503
    assert body["status"] == "not ready"
    assert (body["database"], body["index"]) == ("ok", "unavailable")
    assert body["message"] == "Not ready: index unavailable."
    assert body["code"] == "not_ready"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["retry-after"]


@pytest.mark.usefixtures("films")
async def test_not_ready_without_a_database(client: AsyncClient, services: Services) -> None:
    await services.database.close()
    services.database.path.write_bytes(b"")
    answer = await client.get("/health/ready")
    body = answer.json()
    assert answer.status_code == 503
    assert (body["database"], body["index"]) == ("unavailable", "ok")
    assert body["message"] == "Not ready: database unavailable."


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("kind", [SilentMovies, BrokenMovies])
async def test_not_ready_when_the_database_is_silent_or_broken(
    kind: type[MovieService], services: Services, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.01)
    async with serving(movies=kind(services.database)) as client:
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["index"]) == ("unavailable", "ok")
    assert "fire" not in answer.text


async def test_live_with_nothing_else_alive(client: AsyncClient, services: Services) -> None:
    services.database.path.write_bytes(b"")
    for method in ("GET", "HEAD"):
        answer = await client.request(method, "/health/live")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
    assert (await client.get("/health/live")).json() == {"status": "live"}

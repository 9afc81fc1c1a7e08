"""What a load balancer or a supervisor asks."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest
from httpx import AsyncClient
from structlog.testing import capture_logs

from cinedex.foundation.draining import Draining
from cinedex.movies.service import MovieService
from cinedex.services import Services
from cinedex.web import health
from tiers import EMBEDDED
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


@pytest.fixture
def draining(services: Services) -> Iterator[Draining]:
    mark = Draining(services.settings.draining_path)
    yield mark
    mark.clear()


async def states(client: AsyncClient) -> tuple[int, str, dict[str, str]]:
    answer = await client.get("/health/ready")
    parts = {name: part["state"] for name, part in answer.json()["parts"].items()}
    # Where there is a shared cache, it answers.
    assert parts.pop("cache", "ok") == "ok"
    return answer.status_code, answer.json()["status"], parts


@pytest.mark.usefixtures("films")
async def test_ready_when_database_and_index_answer(client: AsyncClient) -> None:
    assert await states(client) == (200, "ready", {"database": "ok", "index": "ok"})
    answer = await client.get("/health/ready")
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.head("/health/ready")).status_code == 200


async def test_degraded_without_an_index(client: AsyncClient) -> None:
    assert await states(client) == (200, "degraded", {"database": "ok", "index": "unavailable"})


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
@pytest.mark.usefixtures("films")
async def test_degraded_without_a_database(client: AsyncClient, services: Services) -> None:
    await services.database.close()
    services.settings.database_path.write_bytes(b"")
    assert await states(client) == (200, "degraded", {"database": "unavailable", "index": "ok"})


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("kind", [SilentMovies, BrokenMovies])
async def test_degraded_when_the_database_is_silent_or_broken(
    kind: type[MovieService], services: Services, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for an index that is elsewhere.
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.5)
    async with serving(movies=kind(services.database)) as client:
        answer = await client.get("/health/ready")
        assert await states(client) == (200, "degraded", {"database": "unavailable", "index": "ok"})
    assert "fire" not in answer.text


async def test_not_ready_with_neither(services: Services, serving: Serving) -> None:
    async with serving(movies=BrokenMovies(services.database)) as client:
        answer = await client.get("/health/ready")
    body = answer.json()
    assert (answer.status_code, body["status"]) == (503, "not ready")
    assert body["message"] == "Not ready: database and index unavailable."
    assert body["code"] == "not_ready"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["retry-after"]


@pytest.mark.usefixtures("films")
async def test_draining_is_not_ready_though_all_is_well(client: AsyncClient, draining: Draining) -> None:
    draining.begin()
    assert await states(client) == (503, "draining", {"database": "ok", "index": "ok"})
    assert (await client.get("/health/live")).status_code == 200
    draining.clear()
    assert (await states(client))[:2] == (200, "ready")


async def test_since_when_is_told_and_only_changes_are_logged(
    client: AsyncClient, services: Services
) -> None:
    with capture_logs() as logs:
        first = (await client.get("/health/ready")).json()["parts"]
        again = (await client.get("/health/ready")).json()["parts"]
        await services.rebuilder.rebuild()
        later = (await client.get("/health/ready")).json()["parts"]
    assert first == again
    assert later["database"] == first["database"]
    assert datetime.fromisoformat(later["index"]["since"]) > datetime.fromisoformat(first["index"]["since"])
    told = [(log["event"], log["part"]) for log in logs if "part" in log]
    assert told == [("part unavailable", "index"), ("part back", "index")]


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
async def test_live_with_nothing_else_alive(client: AsyncClient, services: Services) -> None:
    services.settings.database_path.write_bytes(b"")
    for method in ("GET", "HEAD"):
        answer = await client.request(method, "/health/live")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
    assert (await client.get("/health/live")).json() == {"status": "live"}

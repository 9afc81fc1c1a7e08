"""What each answer tells a browser, whoever answers: bare handlers, the framework, an error."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, cast

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from cinedex.app import build_app, build_gate
from cinedex.foundation import bodies
from cinedex.foundation.draining import Draining
from cinedex.foundation.tally import Tally
from cinedex.services import Services
from cinedex.web.front import Front

Through = Callable[..., AbstractAsyncContextManager[AsyncClient]]

REQUESTS = [
    ("GET", "/"),
    ("GET", "/?q=samurai"),
    ("GET", "/api"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/static/style.css"),
    ("GET", "/health/live"),
    ("GET", "/api/v1/search_movie?name=samurai"),
    ("GET", "/api/v1/search_movie?name=qqzzxv"),
    ("DELETE", "/api/v1/search_movie"),
    ("POST", "/api/v1/search_movie"),
    ("GET", "/api/v1/movies"),
    ("HEAD", "/api/v1/movies"),
    ("GET", "/api/v1/movies/1"),
    ("GET", "/api/v1/suggest?q=sam"),
    ("POST", "/api/v1/login"),
    ("POST", "/api/v1/register"),
    ("POST", "/api/v1/refresh"),
    ("POST", "/api/v1/logout"),
    ("POST", "/api/v1/add_movie"),
    ("PATCH", "/api/v1/movies/1"),
    ("OPTIONS", "/api/v1/genres"),
    ("GET", "/no/such/page"),
]
ORIGIN = "https://films.example"
OTHER = "https://other.example"

pytestmark = pytest.mark.usefixtures("films")


@pytest.fixture
def through(services: Services) -> Through:
    """Serves gate and door as a worker does, with other settings, to a client at this address."""

    @asynccontextmanager
    async def serve(client: str = "127.0.0.1", **settings: object) -> AsyncIterator[AsyncClient]:
        changed = msgspec.structs.replace(services.settings, **settings)
        app = build_app(services)
        gate = build_gate(Front(app, Draining(changed.draining_path)), changed)
        transport = ASGITransport(cast("Any", gate), raise_app_exceptions=False, client=(client, 1234))
        async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as opened:
            yield opened

    return serve


async def test_each_answer_binds_a_browser(through: Through) -> None:
    async with through() as client:
        for method, path in REQUESTS:
            headers = (await client.request(method, path)).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert headers["content-security-policy"].startswith("default-src 'none'; ")
            assert headers["content-security-policy"].endswith("frame-ancestors 'none'")
            is_page = headers.get("content-type", "").startswith("text/html")
            assert is_page == ("permissions-policy" in headers) == ("cross-origin-opener-policy" in headers)
            assert "strict-transport-security" not in headers


async def test_no_answer_sets_a_cookie_or_lets_another_origin_read(through: Through) -> None:
    async with through() as client:
        for method, path in REQUESTS:
            asked = {"origin": OTHER, "cookie": "session=1"}
            headers = (await client.request(method, path, headers=asked)).headers
            assert "set-cookie" not in headers
            assert not [name for name in headers if name.startswith("access-control")]
        asked = {"origin": OTHER, "access-control-request-method": "POST"}
        for path in {path for _, path in REQUESTS}:
            headers = (await client.options(path, headers=asked)).headers
            assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", sorted({path for _, path in REQUESTS}))
async def test_origins_of_the_setting_may_read_and_send(through: Through, path: str) -> None:
    async with through(cors_origins=f"{ORIGIN}, https://two.example") as client:
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
        told = await client.options(path, headers=asked | {"origin": ORIGIN})
        assert told.status_code == 204
        assert told.headers["access-control-allow-origin"] == ORIGIN
        assert "POST" in told.headers["access-control-allow-methods"]
        assert "authorization" in told.headers["access-control-allow-headers"]
        refused = await client.options(path, headers=asked | {"origin": OTHER})
        assert not [name for name in refused.headers if name.startswith("access-control")]
        for origin, allowed in ((ORIGIN, ORIGIN), (OTHER, None), (f"{ORIGIN}:8443", None)):
            read = await client.get(path, headers={"origin": origin})
            assert read.headers.get("access-control-allow-origin") == allowed
            assert "origin" in read.headers["vary"]
            assert "access-control-allow-credentials" not in read.headers
        assert "origin" in (await client.get(path)).headers["vary"]


async def test_a_preflight_has_a_number_and_is_counted(services: Services) -> None:
    tally = Tally(lambda: None)
    settings = msgspec.structs.replace(services.settings, cors_origins=ORIGIN)
    app = build_app(services)
    gate = build_gate(Front(app, Draining(settings.draining_path), tally), settings, tally)
    transport = ASGITransport(cast("Any", gate))
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as client:
        asked = {"origin": ORIGIN, "access-control-request-method": "PATCH"}
        own = await client.options("/api/v1/movies/1", headers=asked | {"x-request-id": "mine-1"})
        made = await client.options("/no/such/page", headers=asked | {"x-request-id": "not one"})
        other = await client.options("/api/v1/movies/1", headers=asked | {"origin": OTHER})
    numbers = [answer.headers["x-request-id"] for answer in (own, made, other)]
    assert numbers[0] == "mine-1"
    assert len({*numbers, "not one"}) == 4
    [(kind, counts)] = tally.requests.take().items()
    assert kind == ("preflight", "OPTIONS", 204)
    assert sum(counts[:-1]) == 3


async def test_all_origins_may_read(through: Through) -> None:
    async with through(cors_origins="*") as client:
        for method, path in REQUESTS:
            headers = (await client.request(method, path, headers={"origin": OTHER})).headers
            assert headers["access-control-allow-origin"] == "*"
            assert "etag" in headers["access-control-expose-headers"]


async def test_a_form_of_another_origin_changes_nothing(through: Through, services: Services) -> None:
    async with through(cors_origins=ORIGIN) as client:
        film = await services.movies.get(1)
        for path in ("/api/v1/add_movie", "/api/v1/genres", "/api/v1/logout"):
            sent = await client.post(
                path,
                data={"name": "Parasite", "title": "Thriller", "director": "Bong Joon Ho", "imdb_score": "8"},
                headers={"origin": OTHER, "cookie": "token=anything"},
            )
            assert sent.status_code == 401
        assert await services.movies.get(1) == film
        assert await services.movies.count() == 4


@pytest.mark.parametrize(("peer", "is_told"), [("10.0.0.1", True), ("192.0.2.1", False)])
async def test_only_over_tls_a_browser_is_told_to_stay_there(
    through: Through, peer: str, *, is_told: bool
) -> None:
    async with through(peer, trusted_proxies="10.0.0.0/8") as client:
        for path in ("/", "/api/v1/search_movie?name=samurai"):
            headers = (await client.get(path, headers={"x-forwarded-proto": "https"})).headers
            assert ("strict-transport-security" in headers) is is_told


@pytest.mark.parametrize("path", ["/api/v1/search_movie", "/api/v1/login", "/api/v1/register"])
async def test_a_body_that_trickles_in_is_not_waited_for(
    through: Through, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SLOWEST_BODY_SECONDS", 0.05)

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.001)

    async with through() as client, asyncio.timeout(20):
        answer = await client.post(path, content=trickle())
    assert answer.status_code == 408
    assert answer.json()["code"] == "request_timeout"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("path", ["/api/v1/search_movie", "/api/v1/login", "/api/v1/register"])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
async def test_a_body_nested_as_deeply_as_it_may_be_long_is_refused(
    through: Through, path: str, opening: bytes
) -> None:
    deep = opening * (bodies.LARGEST_BODY_BYTES // len(opening))
    async with through() as client:
        answer = await client.post(path, content=deep, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"

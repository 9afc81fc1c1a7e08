"""The services of these tests, and the application above them as a worker serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from argon2 import PasswordHasher
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from cinedex.accounts.passwords import Passwords
from cinedex.app import build_app, build_gate
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.draining import Draining
from cinedex.foundation.urls import DatabaseUrl
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from cinedex.web.front import Front
from fuzz.peopled import Peopled

NOON: Final = datetime(2030, 1, 1, 12, tzinfo=UTC)


def open_services(data_dir: Path, url: DatabaseUrl | None, clock: Clock = utc_now) -> Services:
    """Open the services on a catalogue, with hashes that cost little and are not waited for."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    settings = Settings(
        data_dir=data_dir, database_url=url, secret="k" * 40, sample=False, registrations_per_hour=0
    )
    return build_services(settings, clock, passwords=Passwords(hasher, most_waiting=1000))


def serve(app: Litestar, services: Services) -> Peopled:
    """Return all of the application, for callers of each role."""
    front = Front(app, Draining(services.settings.draining_path))
    return Peopled(build_gate(front, services.settings), services)


@asynccontextmanager
async def client_of(services: Services) -> AsyncIterator[AsyncClient]:
    """Serve the services, which are closed when the block ends; `fuzz.peopled.header_of` names who calls."""
    app = build_app(services)
    transport = ASGITransport(cast("Any", serve(app, services)), raise_app_exceptions=False)
    async with app.lifespan(), AsyncClient(transport=transport, base_url="http://cinedex") as client:
        yield client

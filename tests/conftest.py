"""What all tests share: a migrated database of their own, and the clock."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from catalogues import Catalogues, PostgresCatalogues, SqliteCatalogues
from cinedex import app
from cinedex.foundation import migrations
from cinedex.foundation.cache import file_counters, redis_cache, redis_counters
from cinedex.foundation.database import Database
from cinedex.foundation.database.opening import open_database
from cinedex.foundation.database.postgres import database as postgres_database
from cinedex.foundation.urls import DatabaseUrl
from cinedex.search.address import SearchAddress
from cinedex.search.engines.cluster import transport
from cinedex.services import Services
from cinedex.settings import Settings
from scratch import write_in_memory
from servers.postgres import PostgresServer, running_postgres
from servers.redis import RedisServer, redis_server
from servers.requirement import pytest_runtest_makereport
from servers.search_index import search_index
from tiers import EMBEDDED, TIERS, Tier

__all__ = ["pytest_runtest_makereport"]


def pytest_configure() -> None:
    write_in_memory()


async def migrate(data_dir: Path, url: DatabaseUrl | None) -> None:
    database = open_database(url, data_dir / "cinedex.db")
    await migrations.upgrade(database)
    await database.close()


@pytest.fixture(scope="session", autouse=True)
def _not_warmed_up() -> Iterator[None]:
    """Has no application make searches of its own before it is ready: they would take longer than most tests."""

    async def not_now(_engine: object) -> int:
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "warm_up", not_now)
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of a run share, for what is made once for all of them."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file made by the migrations, for tests to copy: running them takes longer."""
    path = tmp_path_factory.mktemp("template") / "cinedex.db"
    asyncio.run(migrate(path.parent, None))
    return path


@pytest.fixture(scope="session")
def tier(request: pytest.FixtureRequest) -> Tier:
    """On what kind of installation tests run; see `tiers`."""
    return TIERS[getattr(request, "param", EMBEDDED)]


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest, tier: Tier) -> str:
    """On which kind of database tests run: the tier's, or each, in rooms that know of databases alone."""
    kind: str = getattr(request, "param", tier.database)
    return kind


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this worker."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def catalogues(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Catalogues:
    """Catalogues to be copied; there is an "empty" one, made by the migrations."""
    folder = tmp_path_factory.mktemp("catalogues")
    made: Catalogues = SqliteCatalogues(folder)
    if database_kind == "postgres":
        made = PostgresCatalogues(request.getfixturevalue("postgres"), folder)
    made.make("empty", lambda data_dir, url: asyncio.run(migrate(data_dir, url)))
    return made


@pytest.fixture
def database_url(tmp_path: Path, catalogues: Catalogues) -> Iterator[DatabaseUrl | None]:
    """The address of a migrated, empty catalogue; None for one that is a file in `data_dir`."""
    with catalogues.copy("empty", tmp_path) as url:
        yield url


@pytest.fixture
def data_dir(tmp_path: Path, database_url: DatabaseUrl | None) -> Path:
    """A data folder, with a migrated, empty catalogue in it where that is a file."""
    assert database_url or (tmp_path / "cinedex.db").exists()
    return tmp_path


@pytest.fixture
async def database(data_dir: Path, database_url: DatabaseUrl | None) -> AsyncIterator[Database]:
    opened = open_database(database_url, data_dir / "cinedex.db")
    yield opened
    await opened.close()


@pytest.fixture
def search_url(
    tier: Tier, run_folder: Path, request: pytest.FixtureRequest
) -> Iterator[SearchAddress | None]:
    """The address of an index with nothing in it; None for one that is in `data_dir`."""
    if tier.cluster is None:
        yield None
        return
    request.getfixturevalue("patient_search")
    with search_index(tier.cluster, run_folder) as url:
        yield SearchAddress.parse(url)


@pytest.fixture
def installation(
    data_dir: Path,
    database_url: DatabaseUrl | None,
    search_url: SearchAddress | None,
    tier: Tier,
    request: pytest.FixtureRequest,
) -> Settings:
    """The settings of an installation of this tier: a migrated, empty catalogue, and no index yet."""
    if tier.database == "postgres":
        request.getfixturevalue("patient_database")
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        search_url=search_url,
        cache_url=request.getfixturevalue("redis").url if tier.has_redis else None,
        secret="k" * 40,
        sample=False,
    )


@pytest.fixture
def statements(services: Services) -> Iterator[list[str]]:
    """Each statement that has reached the database of `services`; clear it before the call to be counted."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    database: Any = services.database
    engines = [database._readers.sync_engine, database._writer.sync_engine]  # noqa: SLF001 -- no other way in
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
async def threads_end() -> AsyncIterator[None]:
    """Waits for the threads of connections that could not be opened: they answer the loop once more."""
    yield
    async with asyncio.timeout(20):
        while any("_connection_worker" in thread.name for thread in threading.enumerate()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture(scope="session")
def one_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis for all tests of this process that leave it as it is."""
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(one_redis: RedisServer, patient_cache: None) -> RedisServer:  # noqa: ARG001 -- it must be patient
    """A Redis with nothing in it, for which the cache has time."""
    one_redis.ask("FLUSHALL")
    return one_redis


@pytest.fixture
def patient_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a search cluster be waited for longer than a busy machine needs."""
    monkeypatch.setattr(transport, "READER_SECONDS", 20)


@pytest.fixture
def patient_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a connection of PostgreSQL be waited for longer than a busy machine needs."""
    monkeypatch.setattr(postgres_database, "CONNECT_SECONDS", 20)


@pytest.fixture
def patient_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets what is shared be waited for longer than a busy machine needs, and rest shorter than a test has time for."""
    monkeypatch.setattr(redis_cache, "READ_SECONDS", 20)
    monkeypatch.setattr(redis_cache, "WRITE_SECONDS", 20)
    monkeypatch.setattr(redis_counters, "COUNT_SECONDS", 20)
    monkeypatch.setattr(file_counters, "WAIT_SECONDS", 20)
    for module in (redis_cache, redis_counters):
        monkeypatch.setattr(module, "RESTS_SECONDS", (0.05, 0.1))

"""A PostgreSQL that is slow, full, or refuses for the sake of another writer: 503 in time, and nothing half done."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from catalogues import on_postgres
from cinedex.foundation.database import Database
from cinedex.foundation.urls import DatabaseUrl
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from movies.calls import ADD, FIRST, WIZARD, Client, Headers, noted, refusal
from movies.conftest import SECRET
from search.steps import catch_up, eventually, opened_app
from servers.postgres import PostgresServer
from servers.slow_way import SlowWay, slow_way
from tiers import EMBEDDED

pytestmark = pytest.mark.tiers(EMBEDDED, reason="it makes the way to the database itself")
SEARCH = "/api/v1/search_movie"
# As PostgreSQL says it itself: no space left on the device, a deadlock, a serialization failure.
REFUSALS = {"disk full": "53100", "deadlock": "40P01", "serialization": "40001"}


@on_postgres
@pytest.mark.parametrize("table", ["movies", "outbox"])
@pytest.mark.parametrize("code", REFUSALS.values(), ids=REFUSALS)
async def test_what_the_server_refuses_is_503_and_leaves_nothing(
    client: Client, admin: Headers, services: Services, code: str, table: str
) -> None:
    raising = f"$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"
    making = f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS {raising}"
    binding = f"CREATE TRIGGER refuses BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
    async with services.database.transaction() as connection:
        await connection.execute(text(making))
        await connection.execute(text(binding))
    answer = await client.post(ADD, json=WIZARD, headers=admin)
    assert refusal(answer, 503)["code"] == "database_unavailable"
    assert answer.headers["retry-after"]
    assert (await client.get(FIRST)).status_code == 404
    async with services.database.transaction() as connection:
        await connection.execute(text(f"DROP TRIGGER refuses ON {table}"))
    assert (await client.post(ADD, json=WIZARD, headers=admin)).status_code == 201
    assert len(await noted(services.database)) == 1


@pytest.fixture
async def way(postgres: PostgresServer) -> AsyncIterator[SlowWay]:
    async with slow_way(postgres.port) as opened:
        yield opened


@on_postgres
async def test_a_slow_server_is_503_in_time_and_search_goes_on(
    services: Services, way: SlowWay, admin: Headers, tmp_path: Path, postgres: PostgresServer
) -> None:
    await services.movies.load([])
    assert services.settings.database_url is not None
    url = services.settings.database_url.with_password.replace(f":{postgres.port}/", f":{way.port}/")
    slow = build_services(Settings(data_dir=tmp_path, database_url=DatabaseUrl(url), secret=SECRET))
    async with opened_app(slow) as client:
        assert (await client.post(ADD, json=WIZARD, headers=admin)).status_code == 201
        await catch_up(services)
        way.delay_seconds = 60
        async with asyncio.timeout(30):
            answer = await client.post(ADD, json=WIZARD | {"name": "The Wiz"}, headers=admin)
            assert refusal(answer, 503)["code"] == "database_unavailable"
            found = await client.get(SEARCH, params={"name": "wizrd of oz"})
        assert (found.status_code, found.json()["movies"][0]["name"]) == (200, "The Wizard of Oz")
        way.delay_seconds = 0
        way.cut()

        async def is_back() -> bool:
            return (await client.get(FIRST)).status_code == 200

        await eventually(is_back)


@on_postgres
async def test_of_two_that_wait_for_one_another_one_is_refused_and_the_other_goes_on(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE pair (id int PRIMARY KEY, value int)"))
        await connection.execute(text("INSERT INTO pair VALUES (1, 0), (2, 0)"))
    setting = text("UPDATE pair SET value = :value WHERE id = :row")
    both = asyncio.Barrier(2)

    async def take(first: int, second: int) -> None:
        async with database.transaction() as connection:
            for row in (first, second):
                await connection.execute(setting, {"value": first, "row": row})
                if row == first:
                    await both.wait()

    ends = await asyncio.gather(take(1, 2), take(2, 1), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["DatabaseUnavailable", "NoneType"]
    async with database.reading() as connection:
        [values] = [{row[0] for row in await connection.execute(text("SELECT value FROM pair"))}]
    assert len(values) == 1

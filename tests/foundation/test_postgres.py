"""What PostgreSQL alone does: its refusals, and coming back after it was stopped, paused or restarted."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.pool import Pool

from catalogues import on_postgres
from cinedex.foundation import migrations, outbox
from cinedex.foundation.database import ChangeSignal, Database, DatabaseUnavailable
from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.database.postgres import database as module
from cinedex.foundation.database.postgres.database import PostgresDatabase
from cinedex.foundation.leading import LedElsewhere
from cinedex.foundation.urls import DatabaseUrl
from servers.postgres import PostgresServer, running_postgres
from servers.slow_way import slow_way

# A request has given up by then, and a test waits no longer.
_FEW_SECONDS = 15


@pytest.fixture(scope="module")
def frail() -> Iterator[PostgresServer]:
    """A server that these tests may stop, which others must not feel."""
    with running_postgres() as server:
        yield server


@pytest.fixture
async def alone(frail: PostgresServer) -> AsyncIterator[PostgresDatabase]:
    """A database of that server, in which nothing is noted yet."""
    name = frail.create()
    database = PostgresDatabase(DatabaseUrl(frail.url(name)))
    await migrations.upgrade(database)
    yield database
    await database.close()
    frail.drop(name)


async def note(database: Database) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [1])


async def noted(database: Database) -> int:
    async with database.reading() as connection:
        return await outbox.count_after(connection, 0)


async def again(database: Database) -> None:
    """Write until that succeeds."""
    async with asyncio.timeout(30):
        while True:
            with suppress(DatabaseUnavailable):
                return await note(database)
            await asyncio.sleep(0.05)


async def test_each_new_connection_is_lost_while_a_server_dies(alone: PostgresDatabase) -> None:
    def lose(_connection: object, _record: object, proxy: Any) -> None:
        proxy.driver_connection.terminate()

    event.listen(Pool, "checkout", lose)
    try:
        with pytest.raises(DatabaseUnavailable):
            await note(alone)
        with pytest.raises(DatabaseUnavailable):
            await noted(alone)
    finally:
        event.remove(Pool, "checkout", lose)
    await note(alone)
    assert await noted(alone) == 1


async def test_a_server_that_was_restarted_is_used_again_without_one_failure(
    alone: PostgresDatabase, frail: PostgresServer
) -> None:
    await asyncio.gather(*(note(alone) for _ in range(5)), *(noted(alone) for _ in range(5)))
    frail.stop()
    frail.start()
    # This very loop stood still meanwhile; now the driver hears of it.
    await asyncio.sleep(0.2)
    assert await noted(alone) == 5
    await note(alone)
    assert await noted(alone) == 6


async def test_a_server_that_is_away_is_unavailable_until_it_is_back(
    alone: PostgresDatabase, frail: PostgresServer
) -> None:
    await note(alone)
    async with alone.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [2])
        frail.stop()
        with pytest.raises(DatabaseUnavailable) as error:
            await note(alone)
        assert error.value.retry_after_seconds == 1
        with pytest.raises(DatabaseUnavailable):
            await noted(alone)
        frail.start()
        with suppress(DatabaseUnavailable):
            await again(alone)
        with pytest.raises(Exception, match="closed"):
            await connection.execute(text("SELECT 1"))
        await connection.rollback()
    assert await noted(alone) == 2


async def test_a_server_that_is_paused_hangs_nobody_and_is_used_again(
    alone: PostgresDatabase, frail: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_COMMAND_SECONDS", 1)
    await note(alone)
    async with alone.reading() as connection:
        await outbox.count_after(connection, 0)
    began = time.monotonic()
    with frail.paused():
        calls = [*(note(alone) for _ in range(6)), *(noted(alone) for _ in range(10))]
        ends = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 3 * _FEW_SECONDS)
        assert {type(end) for end in ends} == {DatabaseUnavailable}
    assert time.monotonic() - began < _FEW_SECONDS
    before = await _eventually_noted(alone)
    await again(alone)
    assert await noted(alone) >= before + 1


async def _eventually_noted(database: Database) -> int:
    async with asyncio.timeout(30):
        while True:
            with suppress(DatabaseUnavailable):
                return await noted(database)
            await asyncio.sleep(0.05)


async def test_whoever_is_cancelled_while_the_server_is_paused_is_free_soon(
    alone: PostgresDatabase, frail: PostgresServer
) -> None:
    """A health check gives up sooner than a statement does."""
    await noted(alone)
    with frail.paused(), pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await noted(alone)
    assert await _eventually_noted(alone) == 0


@on_postgres
async def test_a_turn_is_not_waited_for_for_ever(
    database_url: DatabaseUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOCK_SECONDS", 1)
    database = PostgresDatabase(database_url)
    async with database.transaction() as connection:
        await outbox.take_turn(connection)
        with pytest.raises(DatabaseUnavailable):
            await note(database)
    await note(database)
    await database.close()


@on_postgres
async def test_a_writer_that_was_stopped_in_the_middle_keeps_nobody_for_long(
    database_url: DatabaseUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE_WRITER_SECONDS", 1)
    database = PostgresDatabase(database_url)

    async def stop_in_the_middle() -> None:
        async with database.transaction() as connection:
            await outbox.append(connection, outbox.MOVIE, [1])
            await again(database)

    with pytest.raises(DatabaseUnavailable):
        await stop_in_the_middle()
    assert await noted(database) == 1
    await database.close()


@on_postgres
async def test_a_connection_that_is_about_to_end_is_not_used_again(
    database_url: DatabaseUrl, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has said that it ends the connection, and the end itself is still on its way."""
    monkeypatch.setattr(module, "_IDLE_WRITER_SECONDS", 1)
    async with slow_way(postgres.port) as way:
        way.end_delay_seconds = 60
        url = database_url.with_password.replace(f":{postgres.port}/", f":{way.port}/")
        database = PostgresDatabase(DatabaseUrl(url))
        with pytest.raises(DatabaseUnavailable):
            await _stop_in_the_middle(database, 2)
        way.end_delay_seconds = 0
        await note(database)
        assert await noted(database) == 1
        await database.close()


async def _stop_in_the_middle(database: Database, seconds: float) -> None:
    async with database.transaction() as connection:
        await outbox.append(connection, outbox.MOVIE, [1])
        await asyncio.sleep(seconds)


@on_postgres
@pytest.mark.parametrize(
    "code", ["53100", "53300", "57014", "57P01", "25006", "40P01", "40001", "58030", "XX001", "42P01"]
)
async def test_refusals_are_told_from_mistakes(database: Database, code: str) -> None:
    raising = text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$")
    with pytest.raises(DatabaseUnavailable) as error:
        async with database.transaction() as connection:
            await connection.execute(raising)
    assert error.value.retry_after_seconds == 1
    await note(database)


@on_postgres
async def test_a_value_that_cannot_be_sent_is_a_mistake(database: Database) -> None:
    with pytest.raises(Exception, match="int64") as error:
        async with database.reading() as connection:
            await outbox.count_after(connection, 2**63)
    assert not isinstance(error.value, DatabaseUnavailable)


@on_postgres
async def test_readers_change_nothing(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with database.reading() as connection:
            await connection.execute(text("DELETE FROM catalogue"))


@on_postgres
async def test_a_refused_login_and_a_database_that_is_not_there_are_unavailable_and_show_no_password(
    database_url: DatabaseUrl,
) -> None:
    url = database_url.with_password
    for wrong in (url.replace("p%40ss", "hunter2"), url + "_of_nobody"):
        database = PostgresDatabase(DatabaseUrl(wrong))
        with pytest.raises(DatabaseUnavailable) as error:
            await noted(database)
        told = repr(error.value.__cause__) + str(error.value)
        assert "hunter2" not in told
        assert "ss/word" not in told
        await database.close()


async def test_the_lead_is_lost_with_the_connection_and_taken_over(
    alone: PostgresDatabase, frail: PostgresServer
) -> None:
    async with alone.lead(Advisory.LEAD).hold() as is_held:
        frail.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        async with asyncio.timeout(10):
            while is_held():  # noqa: ASYNC110 -- what is waited for sets no event here
                await asyncio.sleep(0.02)
        async with alone.lead(Advisory.LEAD).hold() as other_is_held:
            assert other_is_held()


async def test_a_leader_that_does_not_run_any_more_is_followed_by_another_within_five_seconds(
    alone: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So is a process that was stopped, and one whose machine is gone.
    monkeypatch.setattr("cinedex.foundation.database.postgres.lead._BEAT_SECONDS", 3600)
    async with alone.lead(Advisory.LEAD).hold():
        async with asyncio.timeout(30):
            while True:
                try:
                    async with alone.lead(Advisory.LEAD).hold():
                        return
                except LedElsewhere:
                    await asyncio.sleep(0.1)


async def test_a_signal_whose_connection_is_lost_says_so(
    alone: PostgresDatabase, frail: PostgresServer
) -> None:
    async with alone.changes() as signal:
        frail.stop()
        frail.start()
        with pytest.raises(DatabaseUnavailable):
            await asyncio.wait_for(_wait_always(signal), 20)


async def _wait_always(signal: ChangeSignal) -> None:
    while True:
        await signal.wait(20, asyncio.Event())


async def test_without_a_message_it_is_looked_now_and_then(alone: PostgresDatabase) -> None:
    async with alone.changes() as signal, asyncio.timeout(20):
        while not await signal.wait(1, asyncio.Event()):
            pass

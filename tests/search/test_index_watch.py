"""What is told of outbox, database and index."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.foundation import outbox
from cinedex.foundation.database import Database
from cinedex.foundation.errors import Unavailable
from cinedex.foundation.metrics import GAUGES, Metrics
from cinedex.search import index_watch
from cinedex.search.index_watch import IndexWatch, Seen
from cinedex.services import Services
from films import ALIEN, BRAZIL, JAWS
from search.steps import catch_up


class Told:
    """Keeps what was told last."""

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.turns = 0

    def tell(self, name: str, value: float) -> None:
        assert name in GAUGES
        self.values[name.removeprefix("cinedex_")] = value

    def take_over(self) -> None:
        self.turns += 1


async def _never() -> None:
    await asyncio.Event().wait()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def watch(services: Services, told: Told) -> IndexWatch:
    follower = services.follower(_never)
    return IndexWatch(services.database, services.movies, services.index, follower, told)


async def test_what_waits_and_what_is_in_step(services: Services, watch: IndexWatch, told: Told) -> None:
    await services.movies.load([ALIEN, BRAZIL])
    await watch.look()
    assert (told.values["outbox_waiting"], told.values["index_films"]) == (2, 0)
    assert "index_drift_films" not in told.values
    await catch_up(services)
    await watch.look()
    values = told.values
    assert (values["outbox_waiting"], values["outbox_lag_seconds"], values["outbox_parked"]) == (0, 0, 0)
    assert (values["database_films"], values["index_films"], values["index_drift_films"]) == (2, 2, 0)
    assert values["index_size_bytes"] > 0
    await services.movies.load([JAWS])
    await watch.look()
    assert (values["outbox_waiting"], values["database_films"], values["index_films"]) == (1, 3, 2)


async def test_films_that_one_has_and_the_other_not(
    services: Services, watch: IndexWatch, told: Told, database: Database
) -> None:
    await services.movies.load([ALIEN, BRAZIL, JAWS])
    await catch_up(services)
    async with database.transaction() as connection:
        # Gone without a note in the outbox, as no way of this program leaves it.
        await connection.exec_driver_sql("DELETE FROM movies WHERE id = 1")
    await watch.look()
    assert told.values["index_drift_films"] == 1
    async with database.transaction() as connection:
        await outbox.park(connection, 2, "told to")
    await watch.look()
    assert (told.values["outbox_parked"], told.values["index_drift_films"]) == (1, 1)


async def test_a_look_that_fails_is_not_the_last(
    services: Services, watch: IndexWatch, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_watch, "LOOK_SECONDS", 0.001)
    count, fails = services.movies.count, True

    async def counted() -> int:
        if fails:
            raise Unavailable
        return await count()

    monkeypatch.setattr(services.movies, "count", counted)
    watching = asyncio.create_task(watch.run())
    async with asyncio.timeout(20):
        while told.turns < 3:  # noqa: ASYNC110 -- nothing tells of it
            await asyncio.sleep(0.001)
        assert "database_films" not in told.values
        fails = False
        while "database_films" not in told.values:  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.001)
    watching.cancel()
    assert told.values["follower_leading"] == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 60))))
def test_the_lag_is_the_age_of_the_oldest_change_that_waits(steps: list[tuple[int, int, int]]) -> None:
    seen, now, newest, applied = Seen(), 0.0, 0, 0
    first_seen: dict[int, float] = {}
    for added, done, seconds in steps:
        now += seconds
        first_seen |= dict.fromkeys(range(newest + 1, newest + added + 1), now)
        newest += added
        applied = min(newest, applied + done)
        waiting = [first_seen[position] for position in range(applied + 1, newest + 1)]
        assert seen.lag_seconds(applied, newest, now) == (now - min(waiting) if waiting else 0)


def test_a_database_put_back_from_a_backup_is_not_behind() -> None:
    seen = Seen()
    assert seen.lag_seconds(0, 100, 10) == 0
    assert seen.lag_seconds(50, 50, 20) == 0
    assert seen.lag_seconds(50, 60, 30) == 0
    assert seen.lag_seconds(50, 60, 35) == 5


async def test_builds_and_how_they_end(tmp_path: Path, text_of: Callable[[Path], str]) -> None:
    metrics = Metrics(tmp_path)

    async def build() -> str:
        return "v2-000001"

    async def fail() -> None:
        raise OSError("disk full")

    assert await metrics.building(build)() == "v2-000001"
    with pytest.raises(OSError, match="disk full"):
        await metrics.building(fail)()
    given_up = asyncio.create_task(metrics.building(_never)())
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    text = text_of(tmp_path)
    metrics.close()
    for outcome in ("done", "failed", "given up"):
        assert f'cinedex_index_builds_total{{outcome="{outcome}"}} 1.0' in text
    assert "cinedex_index_building 0.0" in text


@pytest.fixture
def text_of() -> Callable[[Path], str]:
    """Returns what a scrape of a folder tells."""
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    def text(folder: Path) -> str:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry).decode()

    return text

"""The migrations make the tables that the program declares, on each kind of database, and can be undone."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import cinedex.accounts.tables
import cinedex.foundation.outbox
import cinedex.foundation.pruning
import cinedex.movies.tables
from catalogues import on_postgres, on_sqlite
from cinedex.foundation import migrations
from cinedex.foundation.database import Database, DatabaseUnavailable, metadata
from cinedex.foundation.database.opening import open_database
from cinedex.foundation.database.postgres import database as postgres_database
from cinedex.foundation.urls import DatabaseUrl
from cinedex.movies.tables import genres, movies

DECLARED = (
    cinedex.accounts.tables,
    cinedex.foundation.outbox,
    cinedex.foundation.pruning,
    cinedex.movies.tables,
)
SCRIPTS = Path(migrations.__file__).parent.parent / "migrations"


@pytest.fixture
def nothing_yet(database_kind: str, request: pytest.FixtureRequest) -> Iterator[DatabaseUrl | None]:
    """The address of a database that was never migrated; None for a file that is not there."""
    if database_kind == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgres")
    name = server.create()
    yield DatabaseUrl(server.url(name))
    server.drop(name)


async def test_tables_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    assert all(DECLARED)
    async with database.transaction() as connection:
        assert await connection.run_sync(differences) == []


async def test_constraints_have_the_names_that_tables_declare(database: Database) -> None:
    """Alembic does not compare the names of keys, and a later migration drops them by name."""
    tables = metadata.tables.values()
    # SQLite counts upwards only in a primary key that is written without a name.
    declared = {str(key.name) for table in tables for key in table.constraints - {table.primary_key}}
    declared |= {str(index.name) for table in tables for index in table.indexes}
    async with database.reading() as connection:
        assert declared - await connection.run_sync(_names) == set()


def _names(connection: Connection) -> set[str]:
    looking = inspect(connection)
    kinds: list[Any] = [looking.get_unique_constraints, looking.get_foreign_keys, looking.get_indexes]
    return {str(one["name"]) for table in looking.get_table_names() for kind in kinds for one in kind(table)}


@on_postgres
async def test_keys_are_declared_and_made_in_the_order_of_code_points(database: Database) -> None:
    """Neither is compared by Alembic, and the order decides which films a beginning finds."""

    def collations(connection: Connection) -> set[object]:
        columns: list[Any] = inspect(connection).get_columns("movies") + inspect(connection).get_columns(
            "genres"
        )
        return {column["type"].collation for column in columns if column["name"].endswith("_key")}

    async with database.reading() as connection:
        assert await connection.run_sync(collations) == {"C"}
        dialect = connection.dialect
    declared: list[Any] = [movies.c.identity_key.type, genres.c.title_key.type]
    assert {kind.dialect_impl(dialect).collation for kind in declared} == {"C"}


@on_sqlite
async def test_ids_of_accounts_are_never_reused(database: Database) -> None:
    async with database.reading() as connection:
        made = await connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'users'"))
        assert "AUTOINCREMENT" in made.scalar_one()


async def test_a_second_upgrade_does_nothing(tmp_path: Path, nothing_yet: DatabaseUrl | None) -> None:
    database = open_database(nothing_yet, tmp_path / "new.db")
    assert await migrations.upgrade(database)
    assert not await migrations.upgrade(database)
    await database.close()


async def test_of_several_that_start_together_one_migrates(
    tmp_path: Path, nothing_yet: DatabaseUrl | None
) -> None:
    databases = [open_database(nothing_yet, tmp_path / "new.db") for _ in range(4)]
    done = await asyncio.gather(*(migrations.upgrade(database) for database in databases))
    assert sorted(done) == [False, False, False, True]
    for database in databases:
        await database.close()


@on_postgres
async def test_a_table_in_use_is_not_waited_for_for_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for a table has all who come later wait as well, and the service stands still."""
    monkeypatch.setattr(postgres_database, "_LOCK_SECONDS", 1)

    async def alter() -> None:
        async with database.migrating() as connection:
            await connection.execute(text("ALTER TABLE movies ADD COLUMN tagline text"))

    async with database.reading() as reader:
        await reader.execute(text("SELECT count(*) FROM movies"))
        with pytest.raises(DatabaseUnavailable):
            await alter()
    await alter()


async def test_down_and_up_again_makes_the_same_schema(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))

    def round_trip(connection: Connection) -> tuple[list[str], list[str], list[str]]:
        config.attributes["connection"] = connection
        before = _schema(connection)
        command.downgrade(config, "base")
        empty = _schema(connection)
        command.upgrade(config, "head")
        return before, empty, _schema(connection)

    async with database.transaction() as connection:
        before, empty, after = await connection.run_sync(round_trip)
    assert before == after
    assert len(before) > len(empty)
    assert not [made for made in empty if "alembic_version" not in made]


def _schema(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = (
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    else:
        query = (
            "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' UNION ALL SELECT indexdef FROM pg_indexes "
            "WHERE schemaname = 'public' ORDER BY 1"
        )
    return [row[0] for row in connection.exec_driver_sql(query)]

"""The migrations make the tables that the program declares, and can be undone."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

import cinedex.accounts.tables
import cinedex.foundation.outbox
import cinedex.movies.tables
from cinedex.foundation import migrations
from cinedex.foundation.database import Database, metadata

DECLARED = (cinedex.accounts.tables, cinedex.foundation.outbox, cinedex.movies.tables)
SCRIPTS = Path(migrations.__file__).parent.parent / "migrations"


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
    connection = sqlite3.connect(database.path)
    schema = " ".join(row[0] or "" for row in connection.execute("SELECT sql FROM sqlite_master"))
    connection.close()
    assert {name for name in declared if name not in schema} == set()


async def test_ids_of_accounts_are_never_reused(database: Database) -> None:
    connection = sqlite3.connect(database.path)
    [(made,)] = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'users'")
    connection.close()
    assert "AUTOINCREMENT" in made


async def test_a_second_upgrade_does_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "cinedex.db")
    assert await migrations.upgrade(database)
    assert not await migrations.upgrade(database)
    await database.close()


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
    query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return [row[0] for row in connection.exec_driver_sql(query)]

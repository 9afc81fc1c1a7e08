"""Bring the database's schema up to date with the program, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from cinedex.foundation.database import Database

_SCRIPTS = Path(__file__).parent.parent / "migrations"


async def upgrade(database: Database) -> bool:
    """Run the migrations that are missing, all or none; return whether there were any.

    Several processes may call this at once: one of them runs each. Raises DatabaseUnavailable.
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    async with database.migrating() as connection:
        return await connection.run_sync(_upgrade, config)


def _upgrade(connection: Connection, config: Config) -> bool:
    head = ScriptDirectory.from_config(config).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() == head:
        return False
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True

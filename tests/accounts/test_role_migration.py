"""An installation of before roles goes on: its admins are admins, and nobody is logged out."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from cinedex.foundation import migrations
from cinedex.foundation.database import Database
from foundation.test_migrations import SCRIPTS

USERS = "id, username, username_key, password_hash, is_admin, created_at"
ROWS = [
    f"INSERT INTO users ({USERS}) VALUES (7, 'Ann', 'ann', '-', true, 1), (8, 'Tom', 'tom', '-', false, 2)",  # noqa: S608
    "INSERT INTO sessions (id, user_id, created_at, last_used_at) VALUES ('s', 8, 3, 4)",
    "INSERT INTO refresh_tokens (token_hash, session_id, expires_at) VALUES ('t', 's', 5)",
]


def step(connection: Connection, revision: str, *, up: bool) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    (command.upgrade if up else command.downgrade)(config, revision)


async def test_admins_stay_admins_and_sessions_stand(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.run_sync(step, "0002", up=False)
        for row in ROWS:
            await connection.execute(text(row))
    assert await migrations.upgrade(database)
    async with database.reading() as connection:
        people = await connection.execute(text("SELECT id, role, disabled_at FROM users ORDER BY id"))
        assert [tuple(row) for row in people] == [(7, "admin", None), (8, "user", None)]
        assert (await connection.execute(text("SELECT count(*) FROM refresh_tokens"))).scalar_one() == 1


async def test_the_step_can_be_taken_back(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO users (username, username_key, password_hash, role, created_at) VALUES"
                " ('Ann', 'ann', '-', 'admin', 1), ('Eva', 'eva', '-', 'editor', 1)"
            )
        )
        await connection.run_sync(step, "0002", up=False)
        people = await connection.execute(text("SELECT is_admin FROM users ORDER BY id"))
        assert [bool(row.is_admin) for row in people] == [True, False]

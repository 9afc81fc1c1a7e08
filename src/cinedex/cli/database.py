"""`cinedex database`: bring the schema up to date, and look inside."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Annotated

import typer
from rich.console import Console

from cinedex.cli.psql import open_psql
from cinedex.foundation import migrations
from cinedex.movies.sample import load_sample
from cinedex.services import build_services
from cinedex.settings import Settings, read_settings

database = typer.Typer(help="The database.", no_args_is_help=True)


async def prepare(settings: Settings) -> int:
    """Run the migrations, and load the sample into a new catalogue; return how many films that were."""
    services = build_services(settings)
    try:
        await migrations.upgrade(services.database)
        return await load_sample(services.movies) if settings.sample else 0
    finally:
        await services.close()


@database.command()
def upgrade() -> None:
    """Migrate to the newest schema, and load the sample films if the catalogue is new."""
    settings = read_settings()
    added = asyncio.run(prepare(settings))
    print(f"{settings.database_name} is up to date; {added} sample films were added.")


@database.command()
def connect(
    statement: Annotated[str | None, typer.Argument(help="One statement, instead of a prompt.")] = None,
) -> None:
    """Open the database for SQL, read-only: a prompt, or one statement."""
    settings = read_settings()
    if settings.database_url:
        raise typer.Exit(open_psql(settings.database_url, statement))
    if settings.has_no_catalogue:
        typer.echo(
            f"There is no database at {settings.database_path}; run the service or `database upgrade`.",
            err=True,
        )
        raise typer.Exit(1)
    with closing(sqlite3.connect(f"file:{settings.database_path}?mode=ro", uri=True)) as connection:
        if statement is not None:
            raise typer.Exit(0 if _show(connection, statement) else 1)
        Console().print(
            f"{settings.database_path}, read-only. One statement a line; an empty line or Ctrl-D ends."
        )
        while (line := _ask()) is not None:
            _show(connection, line)


def _ask() -> str | None:
    try:
        return input("sql> ").strip() or None
    except EOFError:
        return None


def _show(connection: sqlite3.Connection, statement: str) -> bool:
    """Print what a statement answers; return whether SQLite could carry it out."""
    try:
        for row in connection.execute(statement):
            print(*("" if value is None else value for value in row), sep=" | ")
    except sqlite3.Error as error:
        typer.echo(str(error), err=True)
        return False
    return True

"""The command line: `cinedex serve`, `users`, `movies`, `database`, `index`, `eval`."""

import sys

import typer

from cinedex.accounts.secret_file import SecretUnusable
from cinedex.cli.audit import audit
from cinedex.cli.database import database
from cinedex.cli.eval import evaluation
from cinedex.cli.index import index
from cinedex.cli.movies import movies
from cinedex.cli.serve import serve
from cinedex.cli.users import users
from cinedex.foundation.errors import CinedexError
from cinedex.foundation.telemetry import configure_logging
from cinedex.settings import SettingsError, read_settings

# Locals are never shown with a trace: one of them may be a password.
cinedex = typer.Typer(
    help="A movie catalogue and search service.", no_args_is_help=True, pretty_exceptions_show_locals=False
)
cinedex.command()(serve)
cinedex.command()(audit)
cinedex.add_typer(users, name="users")
cinedex.add_typer(movies, name="movies")
cinedex.add_typer(database, name="database")
cinedex.add_typer(index, name="index")
cinedex.add_typer(evaluation, name="eval")


def main() -> None:
    """Run the command line; what a person can mend is told in one line, without a trace."""
    try:
        configure_logging(read_settings().log_format)
        cinedex()
    except (CinedexError, SettingsError, SecretUnusable, OSError) as error:
        typer.echo(f"cinedex: {error}", err=True)
        sys.exit(1)

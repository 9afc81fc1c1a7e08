"""Commands for accounts."""

import asyncio
import sys

import typer
from rich.console import Console

from cinedex.accounts.secret_file import SecretUnusable
from cinedex.foundation import migrations
from cinedex.foundation.errors import CinedexError
from cinedex.services import build_services
from cinedex.settings import Settings, SettingsError, read_settings

# Locals are never shown with a trace: one of them is a password.
users = typer.Typer(help="Manage accounts.", no_args_is_help=True, pretty_exceptions_show_locals=False)


@users.callback()
def about() -> None:
    """Manage accounts."""


@users.command("create-admin")
def create_admin(name: str) -> None:
    """Make an admin's account NAME. The password is asked for, or read as one line from standard input."""
    try:
        asyncio.run(_create_admin(read_settings(), name, _read_password()))
    except (CinedexError, SettingsError, SecretUnusable) as error:
        Console(stderr=True).print(f"No account was made: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    Console().print(f"{name} is an admin now.", markup=False, soft_wrap=True)


def _read_password() -> str:
    if sys.stdin.isatty():
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")


async def _create_admin(settings: Settings, name: str, password: str) -> None:
    services = build_services(settings)
    try:
        await migrations.upgrade(services.database)
        await services.accounts.create_admin(name, password)
    finally:
        await services.close()

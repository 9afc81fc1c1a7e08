"""`cinedex users`: accounts, and the key that signs their tokens, from the machine itself."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console

from cinedex.accounts.models import User
from cinedex.accounts.secret_file import SecretUnusable, rotate_secret
from cinedex.foundation import migrations
from cinedex.foundation.errors import CinedexError
from cinedex.services import Services, build_services
from cinedex.settings import Settings, SettingsError, read_settings

T = TypeVar("T")

_PAGE = 100

# Locals are never shown with a trace: one of them is a password.
users = typer.Typer(help="Manage accounts.", no_args_is_help=True, pretty_exceptions_show_locals=False)

Name = Annotated[str, typer.Argument(help="The account's name, in any spelling.")]


class Lower(StrEnum):
    """A role that `demote` leaves."""

    user = "user"
    editor = "editor"


class Higher(StrEnum):
    """A role that `promote` gives."""

    editor = "editor"
    admin = "admin"


@users.command("list")
def list_(beginning: Annotated[str, typer.Argument(help="How the names begin.")] = "") -> None:
    """Print the accounts, or those whose names begin so: id, name, role, and whether disabled."""

    async def show(services: Services) -> None:
        after = 0
        while page := await services.people.page(beginning, after, _PAGE):
            for user in page:
                parts = [str(user.id), user.username, user.role, *["disabled"] * user.is_disabled]
                print("\t".join(parts))
            after = page[-1].id

    _run(show, otherwise="Nothing can be shown")


@users.command("create-admin")
def create_admin(name: str) -> None:
    """Make an admin's account NAME. The password is asked for, or read as one line from standard input."""
    password = _read_password()
    _run(lambda services: services.accounts.create_admin(name, password), otherwise="No account was made")
    _tell(f"{name} is an admin now.")


@users.command()
def promote(
    name: Name, role: Annotated[Higher, typer.Option(help="The role it has then.")] = Higher.admin
) -> None:
    """Make an account an admin's or an editor's."""
    user = _change(name, lambda services, user: services.people.change(user.id, role=role.value))
    _tell(f"{user.username} is an {user.role} now.")


@users.command()
def demote(
    name: Name, role: Annotated[Lower, typer.Option(help="The role it has then.")] = Lower.user
) -> None:
    """Take a role from an account. The last admin stays."""
    user = _change(name, lambda services, user: services.people.change(user.id, role=role.value))
    _tell(f"{user.username} is {'an' if user.role == 'editor' else 'a'} {user.role} now.")


@users.command()
def disable(name: Name) -> None:
    """Let nobody in by an account, and end its sessions. The last admin stays."""
    user = _change(name, lambda services, user: services.people.change(user.id, disabled=True))
    _tell(f"{user.username} is disabled now.")


@users.command()
def enable(name: Name) -> None:
    """Let a disabled account be used again."""
    user = _change(name, lambda services, user: services.people.change(user.id, disabled=False))
    _tell(f"{user.username} may log in.")


@users.command("reset-password")
def reset_password(name: Name) -> None:
    """Set an account's password and end its sessions. It is asked for, or read as one line from standard input."""
    password = _read_password()
    _change(name, lambda services, user: services.people.set_password(user.id, password))
    _tell(f"{name} has another password now.")


@users.command()
def delete(name: Name) -> None:
    """Delete an account for good, and its sessions. The last admin stays."""
    _change(name, lambda services, user: services.people.delete(user.id))
    _tell(f"{name} is deleted.")


@users.command("rotate-key")
def rotate_key() -> None:
    """Put a new key that signs tokens before the one in the data folder, which is read until the next time.

    Restart the service then. Nobody is logged out.
    """
    try:
        _rotate(read_settings())
    except (SettingsError, SecretUnusable) as error:
        _refuse("The key is as it was", error)
    _tell("There is a new key. Restart the service, and tokens are signed with it.")


def _rotate(settings: Settings) -> None:
    if settings.secret:
        raise SecretUnusable(
            "the key is CINEDEX_SECRET: set another one there, and this one in CINEDEX_PREVIOUS_SECRETS"
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    rotate_secret(settings.secret_path)


def _change(name: str, step: Callable[[Services, User], Awaitable[T]]) -> T:
    async def find_and_do(services: Services) -> T:
        return await step(services, await services.people.named(name))

    return _run(find_and_do, otherwise="Nothing was changed")


def _run(step: Callable[[Services], Awaitable[T]], *, otherwise: str) -> T:
    """Do something with the services; a refusal is told after `otherwise`, and ends the command with 1."""

    async def run() -> T:
        services = build_services(read_settings())
        try:
            await migrations.upgrade(services.database)
            return await step(services)
        finally:
            await services.close()

    try:
        return asyncio.run(run())
    except (CinedexError, SettingsError, SecretUnusable) as error:
        _refuse(otherwise, error)


def _refuse(otherwise: str, error: Exception) -> NoReturn:
    Console(stderr=True).print(f"{otherwise}: {error}", style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1) from None


def _tell(text: str) -> None:
    Console().print(text, markup=False, soft_wrap=True)


def _read_password() -> str:
    if sys.stdin.isatty():
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")

"""`cinedex users`, but for `create-admin`: what each command does, says, and ends with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from cinedex.services import Services
from cli.conftest import Do

Command = Callable[..., Result]

PASSWORD, NEW = "correct horse", "staple of batteries"


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, do: Do) -> None:
    """An admin, and someone who is none; with hashes that cost little."""
    for name, value in (("MEBIBYTES", "7"), ("ITERATIONS", "1"), ("LANES", "1")):
        monkeypatch.setenv(f"CINEDEX_PASSWORD_{name}", value)

    async def make(services: Services) -> None:
        await services.accounts.create_admin("root", PASSWORD)
        await services.accounts.register("Zoë [b]", PASSWORD)

    do(make)


def run(command: Command, *arguments: str, typed: str = "") -> tuple[int, str]:
    done = command("users", *arguments, typed=typed)
    return done.exit_code, " ".join(done.output.split())


@pytest.mark.usefixtures("people")
def test_accounts_are_listed(command: Command) -> None:
    assert command("users", "list").stdout == "1\troot\tadmin\n2\tZoë [b]\tuser\n"
    assert run(command, "disable", "zoe b")[0] == 0
    assert command("users", "list", "zo").stdout == "2\tZoë [b]\tuser\tdisabled\n"
    assert command("users", "list", "nobody").stdout == ""


@pytest.mark.usefixtures("people")
def test_all_pages_are_listed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cinedex.cli.users._PAGE", 1)
    assert len(command("users", "list").stdout.splitlines()) == 2


@pytest.mark.usefixtures("people")
def test_roles_are_given_and_taken(command: Command) -> None:
    for arguments, told, role in (
        (["promote", "zoe b"], "Zoë [b] is an admin now.", "admin"),
        (["demote", "zoe b", "--role", "editor"], "Zoë [b] is an editor now.", "editor"),
        (["promote", "zoe b", "--role", "editor"], "Zoë [b] is an editor now.", "editor"),
        (["demote", "zoe b"], "Zoë [b] is a user now.", "user"),
    ):
        assert run(command, *arguments) == (0, told)
        assert command("users", "list", "zoe").stdout.split("\t")[2].strip() == role
    assert run(command, "promote", "zoe b", "--role", "owner")[0] == 2


@pytest.mark.usefixtures("people")
def test_an_account_is_disabled_and_enabled(command: Command) -> None:
    assert run(command, "disable", "zoe b") == (0, "Zoë [b] is disabled now.")
    assert run(command, "enable", "zoe b") == (0, "Zoë [b] may log in.")
    assert "disabled" not in command("users", "list").stdout


@pytest.mark.usefixtures("people")
def test_a_password_is_reset(command: Command, do: Do) -> None:
    assert run(command, "reset-password", "zoe b", typed=f"{NEW}\n") == (0, "zoe b has another password now.")

    async def log_in(services: Services) -> None:
        assert (await services.accounts.login("zoe b", NEW)).access

    do(log_in)
    refused = run(command, "reset-password", "zoe b", typed="12345678\n")
    assert refused == (1, "Nothing was changed: This password is among the first that others would try.")


@pytest.mark.usefixtures("people")
def test_an_account_is_deleted(command: Command) -> None:
    assert run(command, "delete", "zoe b") == (0, "zoe b is deleted.")
    assert run(command, "delete", "zoe b") == (1, "Nothing was changed: There is no such account.")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("arguments", [["demote"], ["demote", "--role", "editor"], ["disable"], ["delete"]])
def test_the_last_admin_stays(command: Command, arguments: list[str]) -> None:
    told = "Nothing was changed: This is the last administrator: make another one first."
    assert run(command, *arguments, "root") == (1, told)
    assert command("users", "list", "root").stdout == "1\troot\tadmin\n"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("name", ["promote", "demote", "disable", "enable", "reset-password", "delete"])
def test_a_name_that_nobody_has_is_refused(command: Command, name: str) -> None:
    told = "Nothing was changed: There is no such account."
    assert run(command, name, "mallory", typed=f"{NEW}\n") == (1, told)


def test_a_setting_that_cannot_be_used_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINEDEX_PORT", "many")
    for arguments in (["list"], ["rotate-key"], ["delete", "root"]):
        status, told = run(command, *arguments)
        assert status == 1
        assert "CINEDEX_PORT" in told


def test_the_key_is_rotated(command: Command, folder: Path) -> None:
    told = "There is a new key. Restart the service, and tokens are signed with it."
    assert run(command, "rotate-key") == (0, told)
    first = (folder / "secret").read_text().splitlines()
    assert run(command, "rotate-key") == (0, told)
    second = (folder / "secret").read_text().splitlines()
    assert (len(first), len(second)) == (2, 2)
    assert second[1] == first[0]


def test_a_key_that_is_set_elsewhere_is_not_rotated(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINEDEX_SECRET", "k" * 40)
    status, told = run(command, "rotate-key")
    assert status == 1
    assert "CINEDEX_PREVIOUS_SECRETS" in told
    assert not (folder / "secret").exists()
    assert "k" * 40 not in told


@pytest.mark.usefixtures("people")
def test_what_commands_do_is_told(command: Command) -> None:
    assert run(command, "disable", "zoe b")[0] == 0
    lines = command("audit", "--limit", "2").stdout.splitlines()
    assert [line.split("\t")[1:] for line in lines] == [
        ["account changed", "account 2", "Zoë [b], user, disabled", "-", "command", "-"],
        ["account made", "account 2", "Zoë [b], user", "-", "command", "-"],
    ]
    assert len(command("audit", "--subject", "account 1").stdout.splitlines()) == 1
    assert command("audit", "--actor", "nobody").stdout == ""

"""The command that makes an admin."""

import asyncio
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cinedex.accounts.models import User
from cinedex.cli.users import users
from cinedex.services import build_services
from cinedex.settings import Settings

PASSWORD = "correct horse"


@pytest.fixture
def new_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is not there yet, named by the environment."""
    folder = tmp_path / "not" / "there"
    monkeypatch.setenv("CINEDEX_DATA_DIR", str(folder))
    return folder


def run(name: str, typed: str) -> tuple[int, str]:
    done = CliRunner().invoke(users, ["create-admin", name], input=typed)
    return done.exit_code, " ".join(done.output.split())


def logged_in(folder: Path, name: str) -> User:
    async def ask() -> User:
        services = build_services(Settings(data_dir=folder))
        try:
            token = (await services.accounts.login(name, PASSWORD)).access
            return (await services.accounts.sessions.caller(token)).user
        finally:
            await services.close()

    return asyncio.run(ask())


def test_an_admin_is_made_in_a_new_data_folder(new_folder: Path) -> None:
    assert run("al[b]ice", f"{PASSWORD}\r\n") == (0, "al[b]ice is an admin now.")
    assert logged_in(new_folder, "al[b]ice").is_admin


@pytest.mark.parametrize(
    ("name", "typed", "reason"),
    [
        ("alice", "seven77\n", "password is too short"),
        ("alice", "\n", "Missing data"),
        ("alice", "", "Missing data"),
        ("a" * 65, f"{PASSWORD}\n", "username is too long"),
        ("ROOT", f"{PASSWORD}\n", "This username is taken."),
    ],
)
@pytest.mark.usefixtures("new_folder")
def test_a_refusal_says_why(name: str, typed: str, reason: str) -> None:
    run("root", f"{PASSWORD}\n")
    assert run(name, typed) == (1, f"No account was made: {reason}")


@pytest.mark.usefixtures("new_folder")
def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINEDEX_PORT", "many")
    status, output = run("alice", f"{PASSWORD}\n")
    assert status == 1
    assert "CINEDEX_PORT" in output


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(new_folder: Path) -> None:
    ours, theirs = pty.openpty()
    program = "from cinedex.cli.users import users; users(['create-admin', 'alice'])"
    with subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "-c", program], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as command:
        os.close(theirs)
        shown = b""
        for prompt in (b"Password: ", b"Repeat for confirmation: "):
            while not shown.endswith(prompt):
                shown += os.read(ours, 1000)
            os.write(ours, PASSWORD.encode() + b"\n")
        while not shown.rstrip().endswith(b"admin now."):
            shown += os.read(ours, 1000)
    os.close(ours)
    assert command.returncode == 0
    assert PASSWORD.encode() not in shown
    assert logged_in(new_folder, "alice").is_admin

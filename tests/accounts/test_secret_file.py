"""The secret of an installation that was given none."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import msgspec
import pytest
from structlog.testing import capture_logs

from cinedex.accounts.secret_file import SecretUnusable, read_or_make_secrets, rotate_secret
from cinedex.services import build_services
from cinedex.settings import Settings


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    [secret] = read_or_make_secrets(path)
    assert len(secret) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_or_make_secrets(path) == [secret]
    assert read_or_make_secrets(tmp_path / "another") != [secret]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["another", "secret"]


def test_workers_that_start_together_share_one_secret(tmp_path: Path) -> None:
    together = 16
    for round_ in range(25):
        barrier, path = Barrier(together), tmp_path / f"secret-{round_}"
        # Everyone waits until all are there, and then all find no file.
        begin = [
            lambda barrier=barrier, path=path: (barrier.wait(), read_or_make_secrets(path)[0])[1]
        ] * together
        with ThreadPoolExecutor(together) as threads:
            secrets = set(threads.map(_call, begin))
        assert len(secrets) == 1
    assert len(list(tmp_path.iterdir())) == 25


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys; from cinedex.accounts.secret_file import read_or_make_secrets as read;"
        "sys.stdin.readline(); print(read(pathlib.Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "secret")]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- ours
        for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert len({worker.communicate()[0] for worker in workers}) == 1
    assert [worker.returncode for worker in workers] == [0] * 4


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"too short\n", b"k" * 40 + b"\ntoo short\n", b"\xff\xfe" * 40]
)
def test_a_file_that_holds_no_secret_is_refused_without_showing_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    with pytest.raises(SecretUnusable) as refusal:
        read_or_make_secrets(path)
    assert str(path) in str(refusal.value)
    assert "too short" not in str(refusal.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_may_read_is_closed_to_them_and_it_is_told(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    [secret] = read_or_make_secrets(path)
    path.chmod(mode)
    with capture_logs() as logs:
        assert read_or_make_secrets(path) == [secret]
    assert path.stat().st_mode & 0o777 == mode & 0o700
    assert [(log["event"], log["is_closed"]) for log in logs] == [("others could read the secret", True)]
    assert secret not in repr(logs)
    with capture_logs() as logs:
        assert read_or_make_secrets(path) == [secret]
    assert logs == []


def test_a_file_that_cannot_be_closed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    [secret] = read_or_make_secrets(path)
    path.chmod(0o644)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(SecretUnusable, match="mode to 600") as refusal:
        read_or_make_secrets(path)
    assert secret not in repr(refusal.value)


def test_where_modes_mean_nothing_the_file_is_read_and_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    [secret] = read_or_make_secrets(path)
    path.chmod(0o777)
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    with capture_logs() as logs:
        assert read_or_make_secrets(path) == [secret]
    assert [log["is_closed"] for log in logs] == [False]


def test_a_rotated_secret_is_kept_below_the_new_one_until_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    [first] = read_or_make_secrets(path)
    rotate_secret(path)
    second, kept = read_or_make_secrets(path)
    assert kept == first != second
    rotate_secret(path)
    third, kept = read_or_make_secrets(path)
    assert kept == second != third
    assert path.stat().st_mode & 0o777 == 0o600
    assert not [entry for entry in tmp_path.iterdir() if entry.name not in {"secret", "secret.lock"}]


def test_who_rotates_at_once_takes_turns(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    [first] = read_or_make_secrets(path)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(rotate_secret, [path] * 8))
    held = read_or_make_secrets(path)
    assert len({first, *held}) == 3
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["secret", "secret.lock"]


async def test_a_given_secret_needs_no_file(installation: Settings) -> None:
    given = build_services(installation)
    assert not given.settings.secret_path.exists()
    await given.close()


async def test_without_one_every_worker_reads_the_file(installation: Settings) -> None:
    settings = msgspec.structs.replace(installation, secret=None)
    first, second = (build_services(settings) for _ in range(2))
    await first.accounts.create_admin("root", "correct horse")
    token = (await first.accounts.login("root", "correct horse")).access
    assert (await second.accounts.sessions.caller(token)).user.username == "root"
    await first.close()
    await second.close()


def _call(function: Callable[[], str]) -> str:
    return function()

"""What `deploy/` holds fits the program: its settings, its addresses, HAProxy's own check."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from cinedex.settings import PREFIX, Settings
from servers.requirement import missing

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file() and not path.name.startswith("."))
HAPROXYS_OWN = {
    "CINEDEX_BIND": "127.0.0.1:8080",
    "CINEDEX_NODE1": "127.0.0.1:1",
    "CINEDEX_NODE2": "127.0.0.1:2",
}


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_each_variable_is_a_setting(file: Path) -> None:
    known = {PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)} | set(HAPROXYS_OWN)
    assert set(re.findall(rf"{PREFIX}[A-Z0-9_]+", file.read_text())) <= known


def test_each_file_of_the_folder_is_explained() -> None:
    page = (DEPLOY / "README.md").read_text()
    others = {file.name for file in FILES} - {"README.md"}
    assert {name for name in others if name not in page} == set()


def test_the_compose_file_names_files_that_are_there() -> None:
    compose = (DEPLOY / "compose.yaml").read_text()
    mounted = re.findall(r"\[\./([^:]+):", compose)
    assert mounted == ["haproxy.cfg"]
    assert all((DEPLOY / name).is_file() for name in [*mounted, "Dockerfile"])


def test_the_image_copies_what_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert names
    ignored = (DEPLOY.parent / ".dockerignore").read_text().splitlines()
    for name in names:
        assert (DEPLOY.parent / name).exists()
        assert f"!{name}" in ignored


def test_haproxy_accepts_its_file() -> None:
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if program is None:
        missing("haproxy", "it is not installed")
    checked = subprocess.run(  # noqa: S603 -- HAProxy
        [program, "-c", "-f", str(DEPLOY / "haproxy.cfg")],
        env=os.environ | HAPROXYS_OWN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "ALERT" not in checked.stderr

"""The calls of the README answer as it prints them."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from journeys.conftest import StartServer
from journeys.running import PATIENCE_SECONDS, environment
from tiers import EMBEDDED

README = Path(__file__).parents[2] / "README.md"

pytestmark = pytest.mark.tiers(EMBEDDED, reason="the README begins with one folder")


def printed_calls() -> list[tuple[str, str]]:
    """Return each shell line of the README's section on calls, with the answer printed below it."""
    section = README.read_text().split("## Four calls")[1].split("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", section, re.DOTALL)
    calls = [call.partition("\n") for block in blocks for call in block.removeprefix("$ ").split("\n$ ")]
    return [(line, answer.strip()) for line, _, answer in calls]


def run(line: str, address: str, data_dir: Path, token: str) -> str:
    """Run a shell line of the README against the server at this address."""
    line = line.replace("localhost:8000", address.removeprefix("http://"))
    line = line.replace(".venv/bin/cinedex", f"{sys.executable} -m cinedex")
    ran = subprocess.run(  # noqa: S603 -- the README's own lines
        ["/bin/sh", "-c", line],
        env=environment(data_dir, {"TOKEN": token}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return ran.stdout.strip()


def matches(answer: str, printed: str) -> bool:
    pattern = ".+".join(map(re.escape, printed.split("…")))
    return re.fullmatch(pattern, answer) is not None


def test_each_call_answers_as_printed(start: StartServer, data_dir: Path) -> None:
    server = start()
    token = ""
    calls = [call for call in printed_calls() if not call[0].startswith("TOKEN=")]
    assert len(calls) == 7
    for line, printed in calls:
        deadline = time.monotonic() + PATIENCE_SECONDS
        answer = run(line, server.address, data_dir, token)
        # What was just added is found a moment later.
        while "search_movie" in line and not matches(answer, printed) and time.monotonic() < deadline:
            answer = run(line, server.address, data_dir, token)
        assert matches(answer, printed), f"{line}\n{answer}\nis not\n{printed}"
        if found := re.search(r'"token":"([^"]+)"', answer):
            token = found[1]

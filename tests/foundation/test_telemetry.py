"""Logs: one line an event."""

import json
import subprocess
import sys

PROGRAM = """
import structlog
from cinedex.foundation.telemetry import configure_logging
configure_logging()
log = structlog.get_logger()
log.debug("not shown")
log.info("published", generation="v1-000001", name="8\\u00bd")
try:
    1 / 0
except ZeroDivisionError as error:
    log.error("crash", exc_info=error)
"""


def test_elsewhere_than_in_a_terminal_a_line_is_json() -> None:
    ended = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == ""
    published, crash = map(json.loads, ended.stderr.splitlines())
    assert published["event"] == "published"
    assert published["level"] == "info"
    assert published["name"] == "8½"
    assert published["timestamp"].endswith("Z")
    assert "ZeroDivisionError" in crash["exception"]

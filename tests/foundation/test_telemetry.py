"""Logs: one line an event."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, structlog
from cinedex.foundation import request_ids
from cinedex.foundation.telemetry import configure_logging
configure_logging({form!r})
log = structlog.get_logger()
log.debug("not shown")
log.info("published", generation="v1-000001", name="8\\u00bd")
request_ids.begin([(b"x-request-id", b"from-the-caller")])
try:
    1 / 0
except ZeroDivisionError as error:
    log.error("crash", exc_info=error)
logging.getLogger("_granian").info("not shown")
logging.getLogger("_granian").warning("worker %s", 1)
log.warning("away", cause="redis://ida:hunter2@localhost:6379/0 and postgresql://:hunter2@[::1]/films?a=b@c")
try:
    raise OSError("http://ida:hunter2@collector:4318/v1/traces")
except OSError as error:
    logging.getLogger("library").error("lost", exc_info=error)
"""


def logged(form: str) -> list[str]:
    ended = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", PROGRAM.format(form=form)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stdout == ""
    assert "hunter2" not in ended.stderr
    assert "ida" not in ended.stderr
    return ended.stderr.splitlines()


@pytest.mark.parametrize("form", ["auto", "json"])
def test_elsewhere_than_in_a_terminal_a_line_is_json(form: str) -> None:
    published, crash, worker, away, lost = map(json.loads, logged(form))
    assert published["event"] == "published"
    assert published["level"] == "info"
    assert published["name"] == "8½"
    assert published["timestamp"].endswith("Z")
    assert "request_id" not in published
    assert "ZeroDivisionError" in crash["exception"]
    assert crash["request_id"] == "from-the-caller"
    # Those of libraries have the same form.
    assert (worker["event"], worker["level"], worker["request_id"]) == (
        "worker 1",
        "warning",
        "from-the-caller",
    )
    assert away["cause"] == "redis://localhost:6379/0 and postgresql://[::1]/films?a=b@c"
    assert "OSError: http://collector:4318/v1/traces" in lost["exception"]


def test_for_people_where_that_is_asked_for() -> None:
    lines = logged("console")
    assert "published" in lines[0]
    assert "generation=v1-000001" in lines[0]
    assert not lines[0].startswith("{")

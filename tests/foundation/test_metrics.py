"""Metrics of one process, and of several in one folder."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed
from structlog.testing import capture_logs

from cinedex.foundation import metrics
from cinedex.foundation.metrics import Metrics
from cinedex.settings import Settings
from cinedex.watching import exposed_metrics


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def scrape(folder: Path) -> dict[str, float]:
    port = free_port()
    with metrics.exposed(folder, "127.0.0.1", port):
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    return {
        "".join([sample.name, *sorted(sample.labels.values())]): sample.value
        for family in parsed(text)
        for sample in family.samples
    }


def histograms(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("histogram*"))


OTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from cinedex.foundation.metrics import Metrics

async def count():
    metrics = Metrics(Path(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        metrics.tally.requests.note(("/", "GET", 200), float(sys.argv[3]))
    metrics.close()

asyncio.run(count())
"""


def count_elsewhere(folder: Path, times: int, seconds: float) -> None:
    subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", OTHER_PROCESS, str(folder), str(times), str(seconds)], check=True, timeout=60
    )


async def test_processes_are_added_up_and_a_successor_counts_on(tmp_path: Path) -> None:
    first = Metrics(tmp_path)
    for _ in range(3):
        first.tally.requests.note(("/", "GET", 200), 0.002)
    first.tally.requests.note(("/", "BREW", 405), 0.3)
    first.take_over()
    count_elsewhere(tmp_path, 4, 0.002)
    count_elsewhere(tmp_path, 1, 20.0)
    told = scrape(tmp_path)
    name = "cinedex_http_request_duration_seconds"
    assert told[f"{name}_count/200GET"] == 8
    assert told[f"{name}_bucket/0.0025200GET"] == 7
    assert told[f"{name}_bucket+Inf/200GET"] == 8
    assert told[f"{name}_sum/200GET"] == pytest.approx(7 * 0.002 + 20)
    assert told[f"{name}_count/405OTHER"] == 1
    assert histograms(tmp_path) == ["histogram_0.db", "histogram_1.db"]
    first.close()
    metrics.clear(tmp_path)
    metrics.clear(tmp_path)
    assert scrape(tmp_path) == {}


def test_what_is_told_last_holds(tmp_path: Path) -> None:
    one = Metrics(tmp_path)
    one.tell("cinedex_outbox_waiting", 5)
    one.tell("cinedex_outbox_waiting", 2)
    assert scrape(tmp_path)["cinedex_outbox_waiting"] == 2
    one.close()


def test_a_port_that_is_taken_is_logged_and_holds_up_nobody(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = Settings(data_dir=tmp_path, metrics_port=other.getsockname()[1])
        with capture_logs() as logs, exposed_metrics(settings):
            pass
    assert [(log["event"], log["port"]) for log in logs] == [("metrics not told", settings.metrics_port)]

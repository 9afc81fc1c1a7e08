"""Metrics of a whole node, from all its processes, at an address of their own."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from journeys.conftest import StartServer
from journeys.running import PATIENCE_SECONDS, SEARCH, Server, free_port
from servers.redis import RedisServer
from tiers import EMBEDDED

DEPLOY = Path(__file__).parents[2] / "deploy"
ORIGIN = "https://films.example"

Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]

pytestmark = pytest.mark.tiers(EMBEDDED, reason="one node counts as the other")


class Scraped:
    """A service with two workers, and what its metrics say."""

    def __init__(self, start: StartServer, more: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        settings = {
            "CINEDEX_METRICS_PORT": str(self.port),
            "CINEDEX_WORKERS": "2",
            "CINEDEX_CORS_ORIGINS": ORIGIN,
        }
        self.server: Server = start(settings | dict(more or {}))

    def text(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.port}/metrics", timeout=10).text

    def number(self, name: str, **labels: str) -> float:
        """Return the sum of all samples of this name that have these labels."""
        return sum(
            sample.value
            for family in parsed(self.text())
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.1)

    def requests(self, route: str, **labels: str) -> float:
        return self.number("cinedex_http_request_duration_seconds_count", route=route, **labels)


@pytest.fixture
def scraped(start: StartServer) -> Scraped:
    return Scraped(start)


def test_one_scrape_counts_what_all_workers_answered(scraped: Scraped) -> None:
    before = scraped.requests(SEARCH)
    # A connection each, so that both workers get some.
    for number in range(40):
        answer = httpx.get(scraped.server.address + SEARCH, params={"name": ["alien", "jaws"][number % 2]})
        assert answer.status_code == 200
    assert httpx.get(scraped.server.address + SEARCH).status_code == 400
    asked = {"origin": ORIGIN, "access-control-request-method": "POST"}
    assert httpx.options(scraped.server.address + SEARCH, headers=asked).status_code == 204
    assert httpx.get(scraped.server.address + "/no/such/page").status_code == 404
    assert httpx.get(scraped.server.address + "/api/v1/movies/1").status_code == 200
    assert httpx.request("BREW", scraped.server.address + "/api/v1/movies?q=alien").status_code == 405
    assert httpx.get(scraped.server.address + "/api/v1/suggest?q=al").status_code == 200
    scraped.wait_for(lambda: scraped.requests("/api/v1/suggest", status="200") == 1)
    scraped.wait_for(lambda: scraped.requests(SEARCH, method="GET", status="200") == 40)
    assert scraped.requests(SEARCH, method="GET", status="400") >= 1
    assert scraped.requests(SEARCH) >= before + 41
    scraped.wait_for(lambda: scraped.requests("preflight", method="OPTIONS", status="204") == 1)
    scraped.wait_for(lambda: scraped.requests("unknown", status="404") == 1)
    scraped.wait_for(lambda: scraped.requests("/api/v1/movies/{id}", status="200") == 1)
    scraped.wait_for(lambda: scraped.requests("/api/v1/movies", method="OTHER", status="405") == 1)
    # Each text is asked of the engine once by each worker, at most.
    looks = {"cache": "memory"}
    assert scraped.number("cinedex_cache_lookups_total", result="hit", **looks) >= 36
    assert 1 <= scraped.number("cinedex_engine_call_duration_seconds_count", call="search") <= 8
    assert scraped.number("cinedex_http_request_duration_seconds_sum", route=SEARCH) > 0
    # An address of its own: nobody who can search can read this.
    assert httpx.get(scraped.server.address + "/metrics").status_code == 404


def test_no_count_goes_back_when_a_worker_is_killed(scraped: Scraped) -> None:
    for _ in range(20):
        httpx.get(scraped.server.address + SEARCH, params={"name": "alien"})
    scraped.wait_for(lambda: scraped.requests(SEARCH, status="200") == 20)
    before = scraped.server.processes()
    folder = scraped.server.data_dir / "run" / f"metrics-{scraped.port}"
    files = len(list(folder.glob("histogram_*.db")))
    # The first process has started the one that follows, then the workers.
    os.kill(max(one.pid for one in before if one.parent == scraped.server.process.pid), signal.SIGKILL)
    scraped.wait_for(lambda: len(scraped.server.processes()) == len(before))
    scraped.server.wait_until_ready()
    assert scraped.requests(SEARCH, status="200") == 20
    answered = 0
    deadline = time.monotonic() + PATIENCE_SECONDS
    while answered < 20:
        assert time.monotonic() < deadline
        with suppress(httpx.TransportError):
            httpx.get(scraped.server.address + SEARCH, params={"name": "alien"})
            answered += 1
    scraped.wait_for(lambda: scraped.requests(SEARCH, status="200") == 40)
    assert len(list(folder.glob("histogram_*.db"))) == files


def test_each_metric_of_the_dashboard_and_the_rules_exists(
    start: StartServer, one_redis: RedisServer
) -> None:
    scraped = Scraped(start, {"CINEDEX_CACHE_URL": one_redis.url})
    httpx.get(scraped.server.address + SEARCH, params={"name": "alien"})
    scraped.wait_for(lambda: scraped.requests(SEARCH, status="200") == 1)
    scraped.wait_for(lambda: "cinedex_index_drift_films" in scraped.text())
    # Without a failure there is no sample of it, but the metric is told of all the same.
    text = scraped.text()
    told = set(re.findall(r"^(?:# TYPE )?(cinedex_\w+)", text, re.MULTILINE))
    dashboard = json.loads((DEPLOY / "grafana/cinedex.json").read_text())
    rules = (DEPLOY / "prometheus-rules.yml").read_text()
    named = set(re.findall(r"\bcinedex_[a-z_]+", json.dumps(dashboard["panels"]) + rules))
    assert len(named) > 10
    assert named <= told
    page = (DEPLOY.parent / "docs/observability.md").read_text()
    documented = set(re.findall(r"^\| `(cinedex_\w+)`", page, re.MULTILINE))
    families = {re.sub(r"_total$", "", family.name) for family in parsed(text)}
    assert {re.sub(r"_total$", "", name) for name in documented} == families


def test_the_index_is_told_of_by_the_process_that_follows(scraped: Scraped) -> None:
    scraped.wait_for(lambda: scraped.number("cinedex_database_films") == 2987)
    scraped.wait_for(lambda: scraped.number("cinedex_index_films") == 2987)
    assert scraped.number("cinedex_follower_leading") == 1
    assert "cinedex_shared_cache_answers" not in scraped.text()
    assert scraped.number("cinedex_index_builds_total", outcome="done") == 1
    assert scraped.number("cinedex_index_building") == 0
    for name in ("outbox_waiting", "outbox_lag_seconds", "outbox_parked", "index_drift_films"):
        assert scraped.number(f"cinedex_{name}") == 0


def test_a_service_that_does_not_follow_tells_what_it_counts(start: StartServer, data_dir: Path) -> None:
    start().stop()
    port = free_port()
    server = start({"CINEDEX_METRICS_PORT": str(port), "CINEDEX_FOLLOW": "off"})
    httpx.get(server.address + SEARCH, params={"name": "alien"})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while SEARCH not in (text := httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text):
        assert time.monotonic() < deadline, text
        time.sleep(0.1)
    assert "cinedex_follower_leading" not in text
    assert (data_dir / "run").exists()
    assert server.stop() == 0


def test_a_metrics_port_that_is_taken_ends_the_start(start: StartServer, data_dir: Path) -> None:
    first = Scraped(start)
    second = Server(data_dir, {"CINEDEX_METRICS_PORT": str(first.port)})
    try:
        assert second.process.wait(PATIENCE_SECONDS) == 1
        assert "CINEDEX_METRICS_PORT" in second.output
    finally:
        second.clean_up()

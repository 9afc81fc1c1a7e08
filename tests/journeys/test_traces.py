"""Traces of a running service, at a real receiver of OTLP."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from journeys.conftest import StartServer
from journeys.otlp_receiver import Receiver, receiving
from journeys.running import PATIENCE_SECONDS, SEARCH, free_port
from tiers import EMBEDDED

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
QUICKLY = {"OTEL_BSP_SCHEDULE_DELAY": "100"}

pytestmark = pytest.mark.tiers(EMBEDDED, reason="one node is traced as the other")


@pytest.fixture
def receiver() -> Iterator[tuple[Receiver, str]]:
    with receiving() as opened:
        yield opened


def attributes(span: Span) -> dict[str, object]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def test_a_request_its_engine_call_and_its_transaction(
    start: StartServer, receiver: tuple[Receiver, str]
) -> None:
    spans, endpoint = receiver
    server = start(QUICKLY | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-01", "x-request-id": "from-the-caller"}
    httpx.get(server.address + SEARCH, params={"name": "alien"}, headers=headers)
    found = spans.wait_for("engine search")
    while found.trace_id.hex() != TRACE:
        spans.spans.remove(found)
        found = spans.wait_for("engine search")
    # A span is sent when it has ended, and the request ends after the call within it.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (parents := [one for one in spans.spans if one.span_id == found.parent_span_id]):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    [request] = parents
    assert request.name == f"GET {SEARCH}"
    assert request.kind == Span.SPAN_KIND_SERVER
    assert request.parent_span_id.hex() == CALLER
    assert attributes(request) == {
        "http.request.method": "GET",
        "http.route": SEARCH,
        "http.response.status_code": 200,
        "cinedex.request_id": "from-the-caller",
    }
    assert spans.services == {"cinedex"}
    given = {"username": "ida", "password": "correct horse battery staple"}
    assert httpx.post(f"{server.address}/api/v1/register", json=given).status_code == 201
    registering = spans.wait_for("POST /api/v1/register")
    written = [span for span in spans.spans if span.name == "database transaction"]
    assert registering.span_id in {span.parent_span_id for span in written}
    assert httpx.get(f"{server.address}/no/such/page").status_code == 404
    assert spans.wait_for("GET unknown").status.code == Status.STATUS_CODE_UNSET
    shown = "".join(map(str, spans.spans))
    assert not [secret for secret in ("alien", "battery", "ida") if secret in shown]


def test_a_collector_that_never_answers_or_is_away_holds_up_nobody(
    start: StartServer, receiver: tuple[Receiver, str]
) -> None:
    spans, endpoint = receiver
    spans.holds.set()
    held = start(QUICKLY | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
    assert spans.asked.wait(20)
    away = start(QUICKLY | {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://tom:hunter2@127.0.0.1:{free_port()}"})
    for server in (held, away):
        for _ in range(100):
            # Far less than the ten seconds that the exporter waits.
            assert httpx.get(server.address + SEARCH, params={"name": "alien"}, timeout=5).status_code == 200
        assert server.stop() == 0
        assert "hunter2" not in server.output


def test_nothing_of_it_is_loaded_without_an_endpoint(tmp_path: Path) -> None:
    program = (
        "import sys; from cinedex.app import create_app; create_app(); "
        "print([name for name in ('opentelemetry.sdk', 'opentelemetry.exporter', 'prometheus_client') if name in sys.modules])"
    )
    printed = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", program],
        env={"CINEDEX_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert printed.strip() == "[]"

"""A collector of traces: takes OTLP over HTTP, and keeps the spans."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from journeys.running import PATIENCE_SECONDS


class Receiver:
    """Spans that have arrived; while `holds` is set, it takes requests and answers none."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.services: set[str] = set()
        self.holds = threading.Event()
        self.asked = threading.Event()
        self.end = threading.Event()

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            told = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.services.add(told["service.name"])
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)

    def wait_for(self, name: str) -> Span:
        """Return the first span of this name, when it has come."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            for span in list(self.spans):
                if span.name == name:
                    return span
            assert time.monotonic() < deadline, [span.name for span in self.spans]
            time.sleep(0.05)


@contextmanager
def receiving() -> Iterator[tuple[Receiver, str]]:
    """Receive spans meanwhile; yield the receiver and its address."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.asked.set()
            if receiver.holds.is_set():
                receiver.end.wait(PATIENCE_SECONDS)
                return
            receiver.take(body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        receiver.end.set()
        server.shutdown()
        server.server_close()
        thread.join()

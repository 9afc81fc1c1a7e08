"""Traces by OpenTelemetry, where an endpoint is set: a span for each request, engine call and transaction.

Spans are sent by a thread of the library's own, out of a queue of bounded length. A collector that is slow or
away costs spans, never a request. Where no endpoint is set, nothing of the library is loaded.
"""

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Final, ParamSpec, TypeVar

from cinedex.foundation.database import Database

P = ParamSpec("P")
R = TypeVar("R")

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""The standard variables of which one switches traces on. The library reads its others by itself."""

_END_SECONDS: Final = 2.0


class Tracing:
    """Makes spans and has them sent, to where the environment says."""

    def __init__(self) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        resource = Resource.create()
        if str(resource.attributes["service.name"]).startswith("unknown_service"):
            resource = resource.merge(Resource({"service.name": "cinedex"}))
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self.tracer = self._provider.get_tracer("cinedex")
        """The library's own, for spans of another kind than `span` makes."""

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Make a span of what the block does; what it raises is noted by its kind, never by its words."""
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

        with self.tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def transactions(self, database: Database) -> None:
        """Make a span of each transaction of `database`, whichever adapter that is."""
        for name, open_ in (("transaction", database.transaction), ("reading", database.reading)):
            setattr(database, name, self._spanned(f"database {name}", open_))

    def close(self) -> None:
        """Send what waits, for two seconds at most."""
        # A collector that is away would hold up the end of the process for half a minute.
        ending = threading.Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        ending.join(_END_SECONDS)

    def _spanned(
        self, name: str, open_: Callable[P, AbstractAsyncContextManager[R]]
    ) -> Callable[P, AbstractAsyncContextManager[R]]:
        @asynccontextmanager
        async def opened(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[R]:
            with self.span(name):
                async with open_(*args, **kwargs) as it:
                    yield it

        return opened


def open_tracing(environment: Mapping[str, str]) -> Tracing | None:
    """Return what makes traces, None when the environment names no endpoint for them."""
    return Tracing() if any(environment.get(name, "").strip() for name in ENDPOINTS) else None

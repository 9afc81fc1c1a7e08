"""Each request a span, where traces are on."""

from http import HTTPStatus

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cinedex.foundation import request_ids
from cinedex.foundation.routes import known_method, route_of
from cinedex.foundation.tracing import Tracing

_TOLD = {b"traceparent", b"tracestate"}


def traced(app: ASGIApp, tracing: Tracing) -> ASGIApp:
    """Return an application that answers as `app` does, each request a span below the caller's `traceparent`."""
    propagator = TraceContextTextMapPropagator()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        told = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in _TOLD
        }
        method = known_method(scope["method"])
        with tracing.tracer.start_as_current_span(
            method, propagator.extract(told), SpanKind.SERVER, record_exception=False
        ) as span:

            async def send_noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    status = message["status"]
                    route = route_of(scope)
                    span.update_name(f"{method} {route}")
                    span.set_attributes(
                        {
                            "http.request.method": method,
                            "http.route": route,
                            "http.response.status_code": status,
                            "cinedex.request_id": request_ids.known(),
                        }
                    )
                    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            await app(scope, receive, send_noted)

    return answer

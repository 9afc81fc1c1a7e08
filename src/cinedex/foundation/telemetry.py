"""Logs: one line an event, readable in a terminal, JSON elsewhere; those of libraries too."""

import logging
import re
import sys
from typing import Any, Final, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from cinedex.foundation import request_ids

Format = Literal["auto", "console", "json"]

# The user and password of an address, up to the @ before its host.
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")

_FOR_GRANIAN: Final = {"handlers": [], "propagate": True}
GRANIAN: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": _FOR_GRANIAN, "granian.access": _FOR_GRANIAN},
}
"""The logging of the server: it leaves its lines to what `configure_logging` has set up."""


def configure_logging(form: Format = "auto") -> None:
    """Set up the logs of this process, ours and those of libraries, on standard error.

    `auto` writes for people where that is a terminal, and JSON elsewhere.
    """
    is_for_people = form == "console" or (form == "auto" and sys.stderr.isatty())
    render: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if is_for_people
        else structlog.processors.JSONRenderer()
    )
    told: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    finished: list[Processor] = [structlog.processors.format_exc_info, render, _without_credentials]
    structlog.configure(
        processors=[*told, *finished],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=told,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finished],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def _add_request_id(_logger: WrappedLogger, _level: str, event: EventDict) -> EventDict:
    if number := request_ids.known():
        event.setdefault("request_id", number)
    return event


def _without_credentials(_logger: WrappedLogger, _level: str, line: Any) -> Any:
    """Leave users and passwords out of all addresses, whoever has written them."""
    return _CREDENTIALS.sub("", line)

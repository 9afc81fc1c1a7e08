"""What the processes do that `cinedex serve` starts to answer requests. They load none of the commands."""

from litestar.types import ASGIApp

from cinedex.app import create_app
from cinedex.foundation.child import end_with_parent
from cinedex.foundation.telemetry import configure_logging
from cinedex.settings import read_settings


def worker() -> ASGIApp:
    """Build the application of a worker process, which ends when the process that started it does."""
    end_with_parent()
    configure_logging(read_settings().log_format)
    return create_app()

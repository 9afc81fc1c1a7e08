"""What the processes do that `cinedex serve` starts to answer requests. They load none of the commands."""

from cinedex.app import create_app
from cinedex.foundation.child import end_with_parent
from cinedex.foundation.telemetry import configure_logging
from cinedex.web.front import Front


def worker() -> Front:
    """Build the application of a worker process, which ends when the process that started it does."""
    end_with_parent()
    configure_logging()
    return create_app()

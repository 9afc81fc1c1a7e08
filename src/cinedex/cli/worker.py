"""What the processes do that `cinedex serve` starts to answer requests. They load none of the commands."""

from contextlib import suppress

from litestar.exceptions import MissingDependencyException
from litestar.types import ASGIApp

from cinedex.app import create_app
from cinedex.foundation.child import end_with_parent
from cinedex.foundation.telemetry import configure_logging
from cinedex.settings import read_settings

# The framework loads this for each application where it is installed. Loaded here, it is shared by all processes that
# are forked: eight megabytes of each, and a third of the time in which its application is built.
with suppress(MissingDependencyException):
    import litestar.plugins.pydantic  # noqa: F401


def worker() -> ASGIApp:
    """Build the application of a worker process, which ends when the process that started it does."""
    end_with_parent()
    configure_logging(read_settings().log_format)
    return create_app()

"""What the processes do that `cinedex serve` starts. They load none of the commands, which would take 10 MB each."""

import asyncio

from cinedex.app import build_services, create_app
from cinedex.foundation.child import end_with_parent
from cinedex.foundation.telemetry import configure_logging
from cinedex.settings import read_settings
from cinedex.web.front import Front


def worker() -> Front:
    """Build the application of a worker process, which ends when the process that started it does."""
    end_with_parent()
    configure_logging()
    return create_app()


def build() -> None:
    """Build a generation of the index, in a process that ends then."""
    configure_logging()
    asyncio.run(_build())


async def _build() -> None:
    services = build_services(read_settings())
    try:
        await services.rebuilder.rebuild()
    finally:
        await services.close()

"""What the process does that `cinedex serve` starts to build an index. It loads nothing of commands or web."""

import asyncio

from cinedex.foundation.telemetry import configure_logging
from cinedex.services import build_services
from cinedex.settings import read_settings


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

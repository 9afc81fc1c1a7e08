"""What the process does that `cinedex serve` starts to build an index. It loads nothing of commands or web."""

import asyncio

from cinedex.foundation.telemetry import configure_logging
from cinedex.services import build_services
from cinedex.settings import Settings, read_settings


def build() -> None:
    """Build a generation of the index, in a process that ends then."""
    settings = read_settings()
    configure_logging(settings.log_format)
    asyncio.run(_build(settings))


async def _build(settings: Settings) -> None:
    services = build_services(settings)
    try:
        await services.rebuilder.rebuild()
    finally:
        await services.close()

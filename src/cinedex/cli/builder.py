"""What the process does that `cinedex serve` starts to build an index. It loads nothing of commands or web."""

import asyncio
from collections.abc import Callable

from cinedex.foundation.telemetry import configure_logging
from cinedex.search.rebuild import Rebuilder
from cinedex.services import Services, build_services
from cinedex.settings import Settings, read_settings


def build() -> None:
    """Build a generation of the index, in a process that ends then."""
    _run(lambda services: services.rebuilder)


def build_words() -> None:
    """Build this node's list of words, in a process that ends then."""
    _run(lambda services: services.word_rebuilder)


def _run(rebuilder_of: Callable[[Services], Rebuilder | None]) -> None:
    settings = read_settings()
    configure_logging(settings.log_format)
    asyncio.run(_build(settings, rebuilder_of))


async def _build(settings: Settings, rebuilder_of: Callable[[Services], Rebuilder | None]) -> None:
    services = build_services(settings)
    try:
        if (rebuilder := rebuilder_of(services)) is not None:
            await rebuilder.rebuild()
    finally:
        await services.close()

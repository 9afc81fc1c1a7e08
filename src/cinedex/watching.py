"""How a process is watched: by metrics and traces, where the settings and the environment ask for them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import msgspec
import structlog

from cinedex.foundation.tally import Tally
from cinedex.foundation.tracing import Tracing, open_tracing
from cinedex.settings import Settings

if TYPE_CHECKING:
    from cinedex.foundation.metrics import Metrics

log = structlog.get_logger()


class Watching(msgspec.Struct, frozen=True):
    """How a process is watched: who counts, and who makes traces, if anybody."""

    metrics: "Metrics | None" = None
    tracing: Tracing | None = None

    @property
    def tally(self) -> Tally | None:
        """Where this process counts, None where metrics are off."""
        return None if self.metrics is None else self.metrics.tally

    def close(self) -> None:
        """Write and send what is left."""
        if self.metrics is not None:
            self.metrics.close()
        if self.tracing is not None:
            self.tracing.close()


UNWATCHED = Watching()


def start_watching(settings: Settings, environment: Mapping[str, str] = os.environ) -> Watching:
    """Begin to count and to trace in this process, where the settings and the environment ask for it."""
    tracing = open_tracing(environment)
    if not settings.metrics_port:
        return Watching(tracing=tracing)
    # Who asks for no metrics does not pay for the library's memory.
    from cinedex.foundation.metrics import Metrics  # noqa: PLC0415

    return Watching(Metrics(settings.metrics_dir), tracing)


def clear_metrics(settings: Settings) -> None:
    """Forget what an earlier start has counted, before the processes of this one are started."""
    if settings.metrics_port:
        from cinedex.foundation.metrics import clear  # noqa: PLC0415

        clear(settings.metrics_dir)


@contextmanager
def exposed_metrics(settings: Settings) -> Iterator[None]:
    """Answer `/metrics` meanwhile, where they are on. A port that is taken is logged; nobody follows less for it."""
    if not settings.metrics_port:
        yield
        return
    from cinedex.foundation.metrics import exposed  # noqa: PLC0415

    with ExitStack() as stack:
        try:
            stack.enter_context(exposed(settings.metrics_dir, settings.host, settings.metrics_port))
        except OSError as error:
            log.error("metrics not told", port=settings.metrics_port, cause=str(error))  # noqa: TRY400 -- no crash
        yield

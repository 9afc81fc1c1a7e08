"""What is asked of Cinedex, for a catalogue of about a hundred thousand films and one of a million."""

import msgspec

_SMALL = 100_000


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """The figures that must hold; shares are in percent of what an empty handler answers."""

    search_p50_ms: float
    search_p99_ms: float
    filtered_times: float = 1.5
    http_unique_percent: float
    http_cached_percent: float = 60
    memory_megabytes: float
    rebuild_seconds: float
    rebuild_megabytes: float
    findable_p99_ms: float


HUNDRED_THOUSAND = Targets(
    search_p50_ms=0.25,
    search_p99_ms=2,
    http_unique_percent=12,
    memory_megabytes=300,
    rebuild_seconds=8,
    rebuild_megabytes=300,
    findable_p99_ms=50,
)

MILLION = Targets(
    search_p50_ms=0.5,
    search_p99_ms=4,
    http_unique_percent=7,
    memory_megabytes=600,
    rebuild_seconds=90,
    rebuild_megabytes=1000,
    findable_p99_ms=100,
)


def targets_for(films: int) -> Targets:
    """Return the targets of a catalogue of this size: those of a million from a hundred thousand on."""
    return HUNDRED_THOUSAND if films <= _SMALL else MILLION

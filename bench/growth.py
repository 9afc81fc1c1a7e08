"""How search, rebuild and index grow with the number of films: one catalogue that gets ever more of them."""

from collections.abc import Sequence

import msgspec

import catalogue
import engine
from cinedex.search.evaluation.scoring import table
from corpus import Corpus
from figures import Report, Table, percentile
from plot import Point

SIZES = (10_000, 300_000, 1_000_000)


class Step(msgspec.Struct, frozen=True):
    """What was measured at one size."""

    filled: catalogue.Filled
    timed: engine.Timed

    @property
    def point(self) -> Point:
        """The step's place in the plot."""
        half, most = (percentile(self.timed.seconds, share) * 1000 for share in (0.5, 0.99))
        return Point(self.filled.films, half, most)


def sizes(real: int, largest: int) -> list[int]:
    """Return the numbers of films to measure at: all real ones, and round numbers up to the largest."""
    return sorted(size for size in {real, largest, *SIZES} if size <= largest)


def measure(corpus: Corpus, largest: int) -> list[Step]:
    """Load, rebuild and search at each size: what is there already is not loaded again."""
    steps = []
    with catalogue.data_folder() as data_dir:
        for size in sizes(len(corpus.films), largest):
            filled = catalogue.fill(data_dir, corpus.some(size))
            print(f"{filled.films:,} films are there", flush=True)
            steps.append(Step(filled, engine.measure(data_dir, corpus)))
    return steps


def report(steps: Sequence[Step]) -> Report:
    """Return a row for each size."""
    header = ("films", "p50 ms", "p99 ms", "relevance", "rebuild s", "peak MB", "index MB")
    return Report([Table(header, [_row(step) for step in steps])])


def _row(step: Step) -> tuple[str, ...]:
    filled, point = step.filled, step.point
    return (
        f"{filled.films:,}",
        f"{point.p50:.2f}",
        f"{point.p99:.2f}",
        f"{table(step.timed.outcomes)[-1].score:.3f}",
        f"{filled.rebuild_seconds:.1f}",
        f"{filled.rebuild_megabytes:,.0f}" if filled.rebuild_megabytes else "–",
        f"{filled.index.size_bytes / 1e6:,.0f}",
    )

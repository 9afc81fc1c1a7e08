"""Figures and how they are shown: percentiles, Markdown tables, and targets with whether they hold."""

from collections.abc import Sequence
from math import ceil

import msgspec

SHARES = (0.5, 0.95, 0.99, 1.0)
PERCENTILES = ("p50", "p95", "p99", "max")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of the values that this share of them does not exceed (the nearest rank)."""
    return sorted(values)[max(1, ceil(len(values) * share)) - 1]


def milliseconds(seconds: Sequence[float], digits: int = 2) -> list[str]:
    """Return p50, p95, p99 and the largest as text, in milliseconds; dashes when nothing was measured."""
    if not seconds:
        return ["–"] * len(SHARES)
    return [f"{percentile(seconds, share) * 1000:.{digits}f}" for share in SHARES]


class Table(msgspec.Struct, frozen=True):
    """A table, with a sentence above it where one is needed."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""

    def markdown(self) -> str:
        """Return it in Markdown, its columns padded so that it reads well in a terminal too."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        shown = [_line(line, widths) for line in lines]
        rule = [f"{'-' * (width + 1)}{':' if column else '-'}" for column, width in enumerate(widths)]
        shown.insert(1, f"|{'|'.join(rule)}|")
        return "\n".join([*([self.caption, ""] if self.caption else []), *shown])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join([first, *others])} |"


class Check(msgspec.Struct, frozen=True):
    """A target beside what was measured."""

    name: str
    target: str
    figure: str
    holds: bool


def at_most(name: str, figure: float, target: float, unit: str) -> Check:
    """Return the check that the figure is no more than the target."""
    return Check(name, f"≤ {_short(target)}{unit}", f"{_short(figure)}{unit}", figure <= target)


def at_least(name: str, figure: float, target: float, unit: str) -> Check:
    """Return the check that the figure is no less than the target."""
    return Check(name, f"≥ {_short(target)}{unit}", f"{_short(figure)}{unit}", figure >= target)


def checks_table(checks: Sequence[Check]) -> Table:
    """Return targets and figures side by side."""
    rows = [(one.name, one.target, one.figure, "holds" if one.holds else "misses") for one in checks]
    return Table(("", "target", "measured", ""), rows)


def _short(number: float) -> str:
    """Return three digits of a number, and never fewer than the whole ones."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"  # noqa: PLR2004 -- three digits


class Report(msgspec.Struct, frozen=True):
    """What a measurement found: the details, and the targets that it judges."""

    tables: Sequence[Table]
    checks: Sequence[Check] = ()

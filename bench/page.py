"""The page that shows what was measured: each run writes its own part, between markers."""

import os
import platform
import re
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cinedex.movies.sample import SAMPLE
from figures import Report, Table, checks_table


def targets_met(reports: Sequence[Report]) -> Table:
    """Return the targets of all reports beside what was measured."""
    return checks_table([check for report in reports for check in report.checks])


def render(reports: Sequence[Report]) -> str:
    """Return targets, where there are some, and all details in Markdown."""
    met = targets_met(reports)
    details = [table for report in reports for table in report.tables]
    return "\n\n".join(table.markdown() for table in [*([met] if met.rows else []), *details])


def heading(films: Path) -> str:
    """Return what made the figures: the command, the day, the machine, and which films."""
    # A peer's address may hold a password.
    arguments = [re.sub(r"//[^/]*@", "//…@", argument) for argument in sys.argv[1:]]
    command = shlex.join([".venv/bin/python", "bench/run.py", *arguments])
    return f"`{command}`, {datetime.now(UTC).date()}, {machine()}, {source(films)}."


def source(films: Path) -> str:
    """Return in words which films were read."""
    return "the sample's films" if films == SAMPLE else f"films of {films.name}"


def machine() -> str:
    """Return what figures depend on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores ({platform.machine()}), Python {platform.python_version()}, {platform.system()}"


def write(page: Path, part: str, text: str) -> None:
    """Put the text in place of the part's own of the page; raises SystemExit when the page has no such part."""
    begin, end = (f"<!-- {word} {part} -->" for word in ("begin", "end"))
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{page} has no part between {begin} and {end}")
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")

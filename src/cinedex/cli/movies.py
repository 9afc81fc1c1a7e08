"""`cinedex movies`: load films from files."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from cinedex.foundation import migrations
from cinedex.foundation.errors import CinedexError
from cinedex.movies.intake import MovieFile, Refused, UnreadableFile
from cinedex.movies.models import NewMovie
from cinedex.movies.sample import SAMPLE
from cinedex.movies.service import MovieService
from cinedex.services import build_services
from cinedex.settings import read_settings

BATCH = 2000
REFUSALS_SHOWN = 20
SOME_REFUSED = 1
UNREADABLE = 2

movies = typer.Typer(help="The films of the catalogue.", no_args_is_help=True)
_terminal = Console(stderr=True)


class Report(msgspec.Struct):
    """What became of the films of all files."""

    added: int = 0
    existing: int = 0
    refused: int = 0
    refusals: list[str] = []
    unreadable: list[str] = []

    @property
    def exit_code(self) -> int:
        """What the command tells the shell."""
        return UNREADABLE if self.unreadable else SOME_REFUSED if self.refused else 0


@movies.callback()
def _group() -> None:
    """Keep `load` a command of its own name, though it is the only one."""


@movies.command()
def load(
    files: Annotated[
        list[Path] | None, typer.Argument(help="JSON lines or a JSON list, plain or gzipped.")
    ] = None,
    *,
    sample: Annotated[bool, typer.Option("--sample", help="Load the sample films.")] = False,
) -> None:
    """Add the films of files to the catalogue; films that it has already are left as they are.

    Ends with 0 when nothing was refused, 1 when some films were, 2 when a file cannot be read to its end.
    What was read before that is kept: loading a file again does no harm.
    """
    wanted = [*(files or []), *([SAMPLE] if sample else [])]
    if not wanted:
        raise typer.BadParameter("name a file, or say --sample")
    report = asyncio.run(_load(wanted))
    _print(report)
    raise typer.Exit(report.exit_code)


async def _load(files: Sequence[Path]) -> Report:
    services = build_services(read_settings())
    report = Report()
    try:
        await migrations.upgrade(services.database)
        for path in files:
            try:
                await _load_file(services.movies, path, report)
            except (UnreadableFile, CinedexError) as error:
                report.unreadable.append(f"{path}: {error}")
    finally:
        await services.close()
    return report


async def _load_file(movies: MovieService, path: Path, report: Report) -> None:
    with (
        MovieFile(path) as file,
        Progress(console=_terminal, disable=not _terminal.is_terminal, transient=True) as progress,
    ):
        bar = progress.add_task(path.name, total=file.size)
        for batch in _batches(iter(file)):
            films = [entry for entry in batch if isinstance(entry, NewMovie)]
            loaded = await movies.load(films, _printable(path.name))
            report.added += loaded.added
            report.existing += loaded.existing
            _note_refusals(report, path, [entry for entry in batch if isinstance(entry, Refused)])
            progress.update(bar, completed=file.position)


def _printable(name: str) -> str:
    """Return a file's name as it can be stored and shown: on some systems it may be any bytes."""
    return "".join(character if character.isprintable() else "?" for character in name)


def _batches(entries: Iterator[NewMovie | Refused]) -> Iterator[list[NewMovie | Refused]]:
    while batch := list(islice(entries, BATCH)):
        yield batch


def _note_refusals(report: Report, path: Path, refused: Sequence[Refused]) -> None:
    report.refused += len(refused)
    room = REFUSALS_SHOWN - len(report.refusals)
    report.refusals += [f"{path}: {entry.number}: {entry.reason}" for entry in refused[:room]]


def _print(report: Report) -> None:
    for line in report.refusals:
        print(line)
    if report.refused > len(report.refusals):
        print(f"and {report.refused - len(report.refusals)} more")
    print(f"{report.added} added, {report.existing} already there, {report.refused} refused")
    for line in report.unreadable:
        typer.echo(line, err=True)

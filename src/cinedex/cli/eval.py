"""`cinedex eval`: how good search is, by queries whose films are known; and making such queries."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace
from rich.console import Console
from rich.progress import Progress

from cinedex.cli.judging import Answered, judge_catalogue, judge_corpus, read_catalogue, read_corpus
from cinedex.movies.intake import UnreadableFile
from cinedex.movies.models import NewMovie
from cinedex.movies.schemas import MovieBody
from cinedex.search.evaluation import making
from cinedex.search.evaluation.queries import (
    By,
    JudgedQuery,
    UnusableQueries,
    read_queries,
    require_films,
    write_queries,
)
from cinedex.search.evaluation.scoring import table
from cinedex.search.port import IndexUnavailable
from cinedex.settings import Settings, read_settings

_SHOWN = 3
_UNAVAILABLE = 1
_UNUSABLE = 2

evaluation = typer.Typer()
_terminal = Console(stderr=True)

Corpus = Annotated[
    Path | None,
    typer.Option(help="A file of films, as `movies load` reads them. Without it: your own catalogue."),
]


@evaluation.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    *,
    corpus: Corpus = None,
    queries: Annotated[
        Path | None,
        typer.Option(
            help="JSON lines of `kind`, `query` and `want`, the films that are right: with --corpus its lines, "
            "counted from 0 without empty ones; else ids of your own catalogue."
        ),
    ] = None,
    failures: Annotated[
        bool, typer.Option("--failures", help="List each query with a score under 1, and what was found.")
    ] = False,
) -> None:
    """Score search by kind of query; the last line is the mean over the kinds.

    A query scores 1 when the first film found is wanted, a half for the second, and so on to the tenth; one
    for a director, the share of the first ten that is wanted. A corpus is loaded into a folder of its own,
    which is removed afterwards. Ends with 1 when there is no catalogue or index, 2 when a file cannot be used.
    """
    if context.invoked_subcommand is not None:
        if corpus or queries or failures:
            raise typer.BadParameter(f"options of {context.invoked_subcommand} stand behind its name")
        return
    if queries is None:
        raise typer.BadParameter("name a file of queries with --queries; `make-queries` makes one")
    with _progress() as progress:
        with _told(queries):
            judged = read_queries(queries, _by(corpus))
        films = _read_films(corpus, progress)
        with _told(queries):
            require_films(judged, films)
        answered = _judge(corpus, films, judged, progress)
    if failures:
        _print_failures(answered, films)
    _print_table(answered)


@evaluation.command()
def make_queries(
    *,
    output: Annotated[Path, typer.Option(help="The file to write.")],
    corpus: Corpus = None,
    seed: Annotated[int, typer.Option(help="The same number makes the same queries.")] = 1,
    per_kind: Annotated[int, typer.Option(min=1, help="How many queries of each kind, at most.")] = 60,
) -> None:
    """Make queries of a catalogue's own titles and directors, as people type them: what `cinedex eval` reads.

    They name their films by line of the corpus, or by id of your own catalogue, and say which. Ends with 1
    when there is no catalogue, 2 when a file cannot be used.
    """
    with _progress() as progress:
        films = _read_films(corpus, progress)
    made = making.make_queries(films, _by(corpus), seed=seed, per_kind=per_kind)
    with _told(output):
        write_queries(output, made)
    for kind, count in Counter(query.kind for query in made).items():
        print(f"{kind:<16}{count:>8}")
    print(f"{len(made)} queries were written to {output}.")


def _progress() -> Progress:
    return Progress(console=_terminal, disable=not _terminal.is_terminal, transient=True)


def _by(corpus: Path | None) -> By:
    return By.LINE if corpus else By.ID


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell what is wrong with a file in one line, and end."""
    try:
        yield
    except (UnreadableFile, UnusableQueries) as error:
        typer.echo(f"{path}: {error}", err=True)
        raise typer.Exit(_UNUSABLE) from None


def _read_films(corpus: Path | None, progress: Progress) -> dict[int, NewMovie]:
    if corpus is None:
        return asyncio.run(read_catalogue(_own_settings()))
    with _told(corpus):
        films, refused = read_corpus(corpus, progress)
        if not films:
            raise UnreadableFile("The file holds no films")
    if refused:
        typer.echo(f"{corpus}: {refused} lines hold no film", err=True)
    return films


def _own_settings() -> Settings:
    settings = read_settings()
    if settings.has_no_catalogue:
        typer.echo(f"There is no catalogue in {settings.data_dir}; is CINEDEX_DATA_DIR right?", err=True)
        raise typer.Exit(_UNAVAILABLE)
    # An answer from a cache would tell nothing about search.
    return replace(settings, cache_megabytes=0, cache_url=None)


def _judge(
    corpus: Path | None, films: Mapping[int, NewMovie], queries: Sequence[JudgedQuery], progress: Progress
) -> list[Answered]:
    if corpus is not None:
        return judge_corpus(films, queries, progress)
    try:
        return asyncio.run(judge_catalogue(_own_settings(), films, queries, progress))
    except IndexUnavailable as error:
        typer.echo(f"The index cannot be used: {error}; `cinedex index rebuild` builds it anew", err=True)
        raise typer.Exit(_UNAVAILABLE) from None


def _print_failures(answered: Sequence[Answered], films: Mapping[int, NewMovie]) -> None:
    for outcome, found in answered:
        if outcome.score < 1:
            query = outcome.query
            wanted = _shown(films[query.want[0]])
            shown = "; ".join(map(_shown, found[:_SHOWN])) or "nothing"
            print(f'{query.kind:<16}{outcome.score:.2f}  "{query.query}" wants {wanted}; found {shown}')


def _shown(film: NewMovie | MovieBody) -> str:
    return film.name if film.year is None else f"{film.name} ({film.year})"


def _print_table(answered: Sequence[Answered]) -> None:
    print(f"{'kind':<16}{'queries':>8}{'score':>8}{'p50 ms':>8}")
    for row in table([outcome for outcome, _ in answered]):
        print(f"{row.kind:<16}{row.queries:>8}{row.score:>8.3f}{row.median_seconds * 1000:>8.2f}")

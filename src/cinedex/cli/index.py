"""`cinedex index`: what the index holds, whether that is right, and building it anew."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import typer
from rich.console import Console
from rich.progress import Progress

from cinedex.cli import following
from cinedex.cli.database import prepare
from cinedex.foundation import migrations, outbox
from cinedex.search.port import IndexUnavailable
from cinedex.search.verify import Difference
from cinedex.services import Services, build_services
from cinedex.settings import read_settings

_SHOWN = 20

index = typer.Typer(help="The search index.", no_args_is_help=True)
_terminal = Console(stderr=True)


@index.command()
def status() -> None:
    """Show the live generation: its name, position, lag, size, and changes set aside."""
    raise typer.Exit(_run(_status, on_existing=True))


@index.command()
def verify() -> None:
    """Compare the index with the database, film by film. Ends with 1 and names the films when they differ."""
    raise typer.Exit(_run(_verify, on_existing=True))


@index.command()
def rebuild() -> None:
    """Build a new generation from the database while the live one serves, then make it the live one."""
    raise typer.Exit(_run(_rebuild))


@index.command()
def follow() -> None:
    """Keep the index in step with the database until Ctrl-C or SIGTERM.

    For nodes whose `cinedex serve` does not (CINEDEX_FOLLOW=off). Of several one leads; another one takes over.
    """
    settings = read_settings()
    asyncio.run(prepare(settings))
    following.follow(settings, lambda: print("Following.", flush=True), until=[signal.SIGINT, signal.SIGTERM])


def _run(command: Callable[[Services], Awaitable[int]], *, on_existing: bool = False) -> int:
    settings = read_settings()
    if on_existing and settings.has_no_catalogue:
        typer.echo(f"There is no catalogue in {settings.data_dir}; is CINEDEX_DATA_DIR right?", err=True)
        return 1

    async def run() -> int:
        services = build_services(settings)
        try:
            await migrations.upgrade(services.database)
            return await command(services)
        except IndexUnavailable as error:
            typer.echo(f"The index cannot be used: {error}", err=True)
            return 1
        finally:
            await services.close()

    return asyncio.run(run())


async def _status(services: Services) -> int:
    live = await services.index.status()
    if live is None:
        print("There is no index yet.")
        return 1
    async with services.database.reading() as connection:
        lag = await outbox.count_after(connection, live.mark.position)
        parked = await outbox.parked(connection)
    print(
        f"generation  {live.mark.generation}\n"
        f"position    {live.mark.position}\n"
        f"lag         {lag} changes\n"
        f"films       {live.movies}\n"
        f"size        {live.size_bytes / 1e6:.1f} MB in {live.segments} segments, {live.deleted_share:.0%} deleted\n"
        f"set aside   {len(parked)}"
    )
    for one in parked[:_SHOWN]:
        print(f"  film {one.subject_id}: {one.reason}")
    return 0


async def _verify(services: Services) -> int:
    difference = await services.verifier.verify()
    if difference.is_none:
        print("The index holds exactly what the database holds.")
        return 0
    _print(difference)
    return 1


def _print(difference: Difference) -> None:
    if difference.waiting:
        print(f"{difference.waiting} changes wait to be applied; a running service applies them.")
    for name in ("missing", "outdated", "surplus"):
        films = getattr(difference, name)
        if films:
            more = f" and {len(films) - _SHOWN} more" if len(films) > _SHOWN else ""
            print(f"{name}: {len(films)} films, ids {', '.join(map(str, films[:_SHOWN]))}{more}")


async def _rebuild(services: Services) -> int:
    with Progress(console=_terminal, disable=not _terminal.is_terminal) as progress:
        bar = progress.add_task("films", total=None)
        generation = await services.rebuilder.rebuild(
            lambda done, total: progress.update(bar, completed=done, total=total)
        )
    print(f"{generation} is live.")
    return 0

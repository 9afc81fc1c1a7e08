"""All benchmarks: `python bench/run.py [FILMS] [--films N] [--growth] [--peer NAME=URL] [--write docs]`."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import httpx

import as_typed
import catalogue
import engine
import findable
import growth
import over_http
import page
import peers
import plot
from cinedex.movies.intake import UnreadableFile
from corpus import Corpus, default_films, read_corpus
from figures import Report
from targets import MILLION, targets_for

LARGEST = 1_000_000
PEER_HELP = f"an engine that is running: {', '.join(f'{name}=URL' for name in peers.PEERS)}"


def main() -> None:
    given = read_arguments(sys.argv[1:])
    peers.require(given.peer)
    corpus: Corpus = given.corpus
    heading = page.heading(given.file)
    print(heading, flush=True)
    if given.growth:
        steps = growth.measure(corpus, given.films or LARGEST)
        part, reports = "growth", _print_each([growth.report(steps)])
        if given.write:
            (given.write / "benchmarks.svg").write_text(plot.draw([step.point for step in steps]))
    else:
        films = given.films or len(corpus.films)
        part = "million" if targets_for(films) is MILLION else "films"
        reports = _print_each(measure(corpus, films, given.peer))
    if given.write:
        page.write(given.write / "benchmarks.md", part, f"{heading}\n\n{page.render(reports)}")


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for, with the corpus; ends with a sentence about what cannot be used."""
    parser = argparse.ArgumentParser(prog="bench/run.py", description="Measure Cinedex.")
    parser.add_argument("file", nargs="?", type=Path, default=default_films(), help="films as JSON lines")
    parser.add_argument(
        "--films", type=_count, help="how many films: a part, or made ones beside the real ones"
    )
    parser.add_argument("--write", type=_pages, metavar="FOLDER", help="write its benchmarks.md and .svg")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--growth", action="store_true", help=f"each size up to {LARGEST:,} films")
    either.add_argument("--peer", action="append", default=[], type=_peer, metavar="NAME=URL", help=PEER_HELP)
    given = parser.parse_args(arguments)
    try:
        given.corpus = read_corpus(given.file)
    except UnreadableFile as error:
        parser.error(f"{given.file}: {error}")
    if not given.corpus.films:
        parser.error(f"{given.file} holds no films")
    return given


def measure(corpus: Corpus, films: int, engines: Sequence[tuple[str, httpx.URL]]) -> Iterator[Report]:
    """Yield what each measurement found, in a catalogue of so many films."""
    with catalogue.data_folder() as data_dir:
        filled = catalogue.fill(data_dir, corpus.some(films))
        yield catalogue.report(filled)
        yield engine.report(engine.measure(data_dir, corpus), filled.films)
        yield as_typed.report(as_typed.measure(data_dir, corpus.films))
        yield over_http.report(over_http.measure(data_dir, corpus.films), filled.films)
        if engines:
            yield peers.report(peers.measure_all(data_dir, engines, corpus, films))
        # The last: it changes the catalogue.
        yield findable.report(findable.measure(data_dir), filled.films)


def _print_each(reports: Iterable[Report]) -> list[Report]:
    """Print the tables of each report as it comes, and the targets of all at the end."""
    printed = []
    for report in reports:
        print("\n" + "\n\n".join(table.markdown() for table in report.tables), flush=True)
        printed.append(report)
    met = page.targets_met(printed)
    if met.rows:
        print("\n" + met.markdown())
    return printed


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no number of films")
    return int(text)


def _pages(text: str) -> Path:
    if not Path(text, "benchmarks.md").is_file():
        raise argparse.ArgumentTypeError(f"{text} has no benchmarks.md")
    return Path(text)


def _peer(text: str) -> tuple[str, httpx.URL]:
    try:
        return peers.read_peer(text)
    except (ValueError, httpx.InvalidURL) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


if __name__ == "__main__":
    main()

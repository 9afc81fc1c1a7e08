"""All benchmarks: `python bench/run.py [FILMS] [--films N] [--growth] [--peer NAME=URL] [--write docs]`."""

import argparse
from collections.abc import Iterator, Sequence
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
from corpus import Corpus, default_films, read_corpus
from figures import Report
from targets import MILLION, targets_for

LARGEST = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure Cinedex.")
    parser.add_argument("file", nargs="?", type=Path, default=default_films(), help="films as JSON lines")
    parser.add_argument("--films", type=int, help="how many films: a part, or made ones beside the real ones")
    parser.add_argument("--growth", action="store_true", help=f"a step for each size up to {LARGEST:,} films")
    parser.add_argument(
        "--peer", action="append", default=[], type=_peer, help="meilisearch=URL, elasticsearch=URL"
    )
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write benchmarks.md and .svg there")
    given = parser.parse_args()
    corpus = read_corpus(given.file)
    heading = page.heading(given.file)
    print(heading, flush=True)
    if given.growth:
        steps = growth.measure(corpus, given.films or LARGEST)
        part, reports = "growth", [growth.report(steps)]
        if given.write:
            (given.write / "benchmarks.svg").write_text(plot.draw([step.point for step in steps]))
        print(f"\n{page.render(reports)}")
    else:
        films = given.films or len(corpus.films)
        part = "million" if targets_for(films) is MILLION else "films"
        reports = _print_each(measure(corpus, films, given.peer))
    if given.write:
        page.write(given.write / "benchmarks.md", part, f"{heading}\n\n{page.render(reports)}")


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


def _print_each(reports: Iterator[Report]) -> list[Report]:
    """Print the tables of each report as it comes, and the targets of all at the end."""
    printed = []
    for report in reports:
        print("\n" + "\n\n".join(table.markdown() for table in report.tables), flush=True)
        printed.append(report)
    print("\n" + page.targets_met(printed).markdown())
    return printed


def _peer(text: str) -> tuple[str, httpx.URL]:
    try:
        return peers.read_peer(text)
    except (ValueError, httpx.InvalidURL) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


if __name__ == "__main__":
    main()

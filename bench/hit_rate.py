"""How often a cache knows the answer, by what it holds and how often a change retires it: `python bench/hit_rate.py`.

A simulation: only the keys of a typed log go through a least-recently-used cache, no search is made. An applied
change retires all answers before it, since each key holds the index's position.
"""

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from cachetools import LRUCache

from corpus import default_films, read_corpus
from figures import Report, Table
from typing_log import EXPONENT, typed_searches

PEOPLE = 100_000
ANSWERS = (1_000, 10_000, 100_000, 1_000_000)
BETWEEN_CHANGES = (1_000, 10_000, 100_000, None)
ANSWER_KILOBYTES = 2
"""What an answer of ten films takes with its key, roughly."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/hit_rate.py", description="Simulate the cache of answers.")
    parser.add_argument("file", nargs="?", type=Path, default=default_films(), help="films as JSON lines")
    parser.add_argument("--people", type=int, default=PEOPLE, help="how many people type a film's name")
    given = parser.parse_args()
    films = read_corpus(given.file).films
    searches = [*typed_searches(films, given.people)]
    for table in report(searches, len(films)).tables:
        print(table.markdown())


def report(searches: Sequence[str], films: int) -> Report:
    """Return the share of searches that caches of several sizes answer, by searches between two changes."""
    rows = [
        (f"{answers:,}", f"{answers * ANSWER_KILOBYTES / 1000:,.0f} MB", *shares(searches, answers))
        for answers in ANSWERS
    ]
    between = [f"{count:,}" if count else "no change" for count in BETWEEN_CHANGES]
    caption = (
        f"{len(searches):,} searches, letter by letter, of {films:,} films by Zipf's law (exponent {EXPONENT:g}); "
        "the share that is answered from the cache, by how many searches there are between two applied changes:"
    )
    return Report([Table(("answers kept", "about", *between), rows, caption)])


def shares(searches: Sequence[str], answers: int) -> list[str]:
    """Return the hit rate of a cache of so many answers, for each number of searches between two changes."""
    return [f"{hit_rate(searches, answers, between):.0%}" for between in BETWEEN_CHANGES]


def hit_rate(searches: Sequence[str], answers: int, between: int | None = None) -> float:
    """Return the share of searches that a cache of so many answers knows."""
    hits = 0
    remaining = iter(searches)
    while part := [*islice(remaining, between)]:
        kept: LRUCache[str, None] = LRUCache(answers)
        for text in part:
            if text in kept:
                hits += 1
                kept[text]
            else:
                kept[text] = None
    return hits / len(searches)


if __name__ == "__main__":
    main()

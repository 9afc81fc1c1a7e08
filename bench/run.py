"""All benchmarks on one catalogue: `python bench/run.py [FILMS]`."""

import argparse
from pathlib import Path

import engine
import findable
import over_http
from catalogue import default_films, machine, prepared, read_queries


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "films", nargs="?", type=Path, default=default_films(), help="JSON lines, gzipped or not"
    )
    films: Path = parser.parse_args().films
    print(f"{machine()}; films: {films.name}")
    with prepared(films) as data_dir:
        engine.run(data_dir, read_queries(films))
        over_http.run(data_dir, films)
        findable.run(data_dir)


if __name__ == "__main__":
    main()

"""All measurements, on a catalogue made for them: `python -m bench [FILMS]`."""

import logging
import sys
import tempfile
from pathlib import Path

import structlog
from bench import engine, findable, ground, throughput


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    file = ground.films_file(Path(sys.argv[1]) if sys.argv[1:] else None)
    with tempfile.TemporaryDirectory(prefix="cinedex-bench-") as folder:
        prepared = ground.prepare(Path(folder), file)
        ground.say(
            f"{file.name}: {len(prepared.films):,} films loaded in {prepared.load_seconds:.1f} s, "
            f"index built in {prepared.build_seconds:.1f} s, {prepared.index_megabytes:.0f} MB"
        )
        engine.measure(prepared)
        throughput.measure(prepared)
        findable.measure(prepared)
    ground.say_machine()


if __name__ == "__main__":
    main()

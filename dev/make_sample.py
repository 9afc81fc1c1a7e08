"""Make the sample that the package ships, from the movies file of vega-datasets.

    python dev/make_sample.py ../shared/data/vega-movies.json

The same source always gives the same bytes. NOTICE says what is selected and what is mended; run it and it
names each title that it mended.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from cinedex.movies.models import NewMovie, new_movie

SAMPLE = Path(__file__).parent.parent / "src" / "cinedex" / "movies" / "sample.ndjson.gz"

# The source was gathered in 2010 and names a few films to come; a later year was written with two digits.
LAST_YEAR = 2011

# "Dec 31" stands for "some day of the next year": January 1, moved a day by a time zone. From 1994 on, films
# dated so did come out on that day.
LAST_MOVED_YEAR = 1993

# Films whose date is none of these: their own day was December 31 (Witchboard), or a first showing in December
# (The Deer Hunter); a date never set (1969, day zero of Unix time); a wrong decade (Good Will Hunting).
KNOWN_YEARS = {
    "Good Will Hunting": 1997,
    "I Come with the Rain": 2009,
    "The Deer Hunter": 1978,
    "The Magic Flute": 2006,
    "Witchboard": 1986,
}


def main() -> None:
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    films = [film(row) for row in rows if row["Title"] is not None and row["IMDB Rating"] is not None]
    once = {movie.identity_key: movie for movie in films}
    lines = "".join(json.dumps(fields(movie), ensure_ascii=False) + "\n" for movie in once.values())
    SAMPLE.write_bytes(gzip.compress(lines.encode(), compresslevel=9, mtime=0))
    print(f"{len(once)} films of {len(rows)} rows, {SAMPLE.stat().st_size} bytes")


def film(row: dict[str, Any]) -> NewMovie:
    title = mend(str(row["Title"]))
    return new_movie(
        name=title,
        director=mend(row["Director"]) if row["Director"] else None,
        imdb_score=row["IMDB Rating"],
        # "Thriller/Suspense" names two genres.
        genres=(row["Major Genre"] or "").split("/"),
        year=release_year(title, row["Release Date"]),
        votes=row["IMDB Votes"],
    )


def mend(text: str) -> str:
    """Mend accents, an article moved to the end, and doubled quotation marks."""
    mended = mend_accents(text).replace('""', '"')
    if mended.endswith(", The"):
        mended = f"The {mended.removesuffix(', The')}"
    if mended != text:
        print(f"{text} -> {mended}")
    return mended


def mend_accents(text: str) -> str:
    """Undo Mac Roman: bytes of Windows-1252 were read as if they were of it (AmÈlie, 2Ω, Ö for Amélie, 2½, …).

    Every accent of the source is broken so. Alien³ cannot be of Mac Roman, and Ri¢hie Ri¢h is the same in both.
    """
    try:
        return text.encode("mac_roman").decode("cp1252")
    except UnicodeError:
        return text


def release_year(title: str, date: str) -> int:
    year = int(date[-4:])
    if title in KNOWN_YEARS:
        return KNOWN_YEARS[title]
    if year > LAST_YEAR:
        return year - 100
    if date.startswith("Dec 31") and year <= LAST_MOVED_YEAR:
        return year + 1
    return year


def fields(movie: NewMovie) -> dict[str, Any]:
    known = {
        "name": movie.name,
        "director": movie.director,
        "year": movie.year,
        "imdb_score": movie.imdb_score,
        "votes": movie.votes,
        "genres": list(movie.genres) or None,
    }
    return {name: value for name, value in known.items() if value is not None}


if __name__ == "__main__":
    main()

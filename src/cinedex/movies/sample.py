"""The sample films that come with the program; NOTICE says where they are from."""

from pathlib import Path

from cinedex.movies.intake import MovieFile
from cinedex.movies.models import NewMovie
from cinedex.movies.service import MovieService

SAMPLE = Path(__file__).with_name("sample.ndjson.gz")


async def load_sample(movies: MovieService) -> int:
    """Add the sample to a catalogue in which nothing was ever changed; return how many films were added.

    It never comes back after somebody deleted films, and several processes may call this at once.
    """
    if not await movies.is_untouched():
        return 0
    with MovieFile(SAMPLE) as file:
        films = [entry for entry in file if isinstance(entry, NewMovie)]
    return await movies.load_first(films)

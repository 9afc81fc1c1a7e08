"""Real films for the tests of several rooms, and the documents that an index holds of them."""

import msgspec

from cinedex.movies.models import Movie, NewMovie, new_movie
from cinedex.search.models import MovieDocument

ALIEN = new_movie(
    name="Alien", director="Ridley Scott", year=1979, votes=180_387, imdb_score=8.5, genres=["Horror"]
)
BLADE_RUNNER = new_movie(name="Blade Runner", director="Ridley Scott", year=1982, votes=185_546)
BRAZIL = new_movie(name="Brazil", director="Terry Gilliam", year=1985, votes=76_635)
DUNE_1984 = new_movie(name="Dune", director="David Lynch", year=1984, votes=37_777)
DUNE_2021 = new_movie(name="Dune", director="Denis Villeneuve", year=2021, votes=500_000)
FARGO = new_movie(name="Fargo", director="Joel Coen", year=1996, votes=170_000)
HEAT = new_movie(name="Heat", director="Michael Mann", year=1995, votes=165_000, cast=["Al Pacino"])
JAWS = new_movie(name="Jaws", director="Steven Spielberg", year=1975, votes=138_017)
METROPOLIS = new_movie(name="Metropolis", director="Fritz Lang", year=1927, votes=42_000)
PSYCHO = new_movie(name="Psycho", director="Alfred Hitchcock", year=1960, votes=150_000)
VERTIGO = new_movie(name="Vertigo", director="Alfred Hitchcock", year=1958, votes=90_000)
ZODIAC = new_movie(name="Zodiac", director="David Fincher", year=2007, votes=120_000)

FILMS = (
    ALIEN,
    BLADE_RUNNER,
    BRAZIL,
    DUNE_1984,
    DUNE_2021,
    FARGO,
    HEAT,
    JAWS,
    METROPOLIS,
    PSYCHO,
    VERTIGO,
    ZODIAC,
)


def document(movie_id: int, film: NewMovie) -> MovieDocument:
    """Return the document of a film that has this id in the catalogue."""
    return MovieDocument.of(Movie(id=movie_id, **msgspec.structs.asdict(film)))

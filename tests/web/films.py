"""The films that the pages show."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from httpx import AsyncClient

from cinedex.movies.models import new_movie

Serving = Callable[..., AbstractAsyncContextManager[AsyncClient]]

SEVEN_SAMURAI = new_movie(
    name="Seven Samurai",
    director="Akira Kurosawa",
    year=1954,
    imdb_score=8.6,
    votes=380_000,
    genres=["Action", "Drama"],
    cast=[
        "Toshirō Mifune",
        "Takashi Shimura",
        "Keiko Tsushima",
        "Isao Kimura",
        "Daisuke Katō",
        "Seiji Miyaguchi",
        "Yoshio Inaba",
    ],
)
IKIRU = new_movie(
    name="Ikiru",
    director="Akira Kurosawa",
    year=1952,
    imdb_score=8.3,
    votes=90_000,
    cast=["Takashi Shimura", "Miki Odagiri"],
)
AMELIE = new_movie(name="Amélie", director="Jean-Pierre Jeunet", year=2001)
METROPOLIS = new_movie(name="Metropolis")
FILMS = [SEVEN_SAMURAI, IKIRU, AMELIE, METROPOLIS]

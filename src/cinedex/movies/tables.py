"""The catalogue's tables."""

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Integer, String, Table
from sqlalchemy.types import TypeEngine

from cinedex.foundation.database import metadata

_ID = BigInteger().with_variant(Integer, "sqlite")


def _key(length: int) -> TypeEngine[str]:
    """Return the type of a folded text, which every database orders by code points, as SQLite does."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


movies = Table(
    "movies",
    metadata,
    # Ids are never reused, so that the index can never take a new movie for a deleted one.
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("name", String(500), nullable=False),
    Column("director", String(200), nullable=True),
    Column("imdb_score", Float, nullable=True),
    Column("popularity", Float, nullable=True),
    Column("year", Integer, nullable=True),
    Column("votes", Integer, nullable=True),
    Column("cast", JSON, nullable=False),
    Column("identity_key", _key(1000), nullable=False, unique=True),
    sqlite_autoincrement=True,
)

genres = Table(
    "genres",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("title", String(100), nullable=False),
    Column("title_key", _key(200), nullable=False, unique=True),
)

movie_genres = Table(
    "movie_genres",
    metadata,
    Column("movie_id", _ID, ForeignKey("movies.id", ondelete="CASCADE"), primary_key=True),
    Column("genre_id", _ID, ForeignKey("genres.id"), primary_key=True),
    # The order in which the genres were given.
    Column("position", Integer, nullable=False),
)

catalogue = Table(
    "catalogue",
    metadata,
    # One row, made by the first migration: it tells one catalogue's index from another's.
    Column("uid", String(32), primary_key=True),
)

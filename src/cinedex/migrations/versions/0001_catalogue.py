"""The catalogue: movies, genres, and the outbox."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(length: int) -> sa.types.TypeEngine[str]:
    # Ordered by code points, as SQLite orders; the beginnings of titles are looked up in the order of the key.
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "movies",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("director", sa.String(200), nullable=True),
        sa.Column("imdb_score", sa.Float(), nullable=True),
        sa.Column("popularity", sa.Float(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("cast", sa.JSON(), nullable=False),
        sa.Column("identity_key", _key(1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_movies"),
        sa.UniqueConstraint("identity_key", name="uq_movies_identity_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "genres",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("title_key", _key(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_genres"),
        sa.UniqueConstraint("title_key", name="uq_genres_title_key"),
    )
    op.create_table(
        "movie_genres",
        sa.Column("movie_id", _ID, nullable=False),
        sa.Column("genre_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("movie_id", "genre_id", name="pk_movie_genres"),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name="fk_movie_genres_movie_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["genre_id"], ["genres.id"], name="fk_movie_genres_genre_id"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("parked_reason", sa.String(500), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    is_parked = sa.text("parked_reason IS NOT NULL")
    op.create_index("ix_outbox_parked", "outbox", ["id"], sqlite_where=is_parked, postgresql_where=is_parked)
    catalogue = op.create_table(
        "catalogue",
        sa.Column("uid", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("uid", name="pk_catalogue"),
    )
    op.bulk_insert(catalogue, [{"uid": uuid.uuid4().hex}])


def downgrade() -> None:
    for table in ("catalogue", "outbox", "movie_genres", "genres", "movies"):
        op.drop_table(table)

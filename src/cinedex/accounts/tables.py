"""The tables of accounts. All times are whole seconds since 1970: the same number on every database."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from cinedex.foundation.database import metadata

_ID = BigInteger().with_variant(Integer, "sqlite")

users = Table(
    "users",
    metadata,
    # Ids are never reused, so that no token can come to mean another account.
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("username", String(64), nullable=False),
    # The folded name. One letter may fold to eighteen.
    Column("username_key", String(1200), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("role", String(10), nullable=False, server_default="user"),
    Column("disabled_at", BigInteger, nullable=True),
    # Counts how often the password was set, so that a login with an older one begins no session.
    Column("password_version", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    # A session is the family of the refresh tokens that descend from one login.
    Column("id", String(32), primary_key=True),
    Column("user_id", _ID, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, nullable=True),
    Column("device", String(120), nullable=True),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column(
        "session_id", String(32), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
)

api_keys = Table(
    "api_keys",
    metadata,
    # Ids are never reused, so that what was told of a key stays true.
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("user_id", _ID, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    # Words with blanks between them.
    Column("scopes", String(40), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=True),
    Column("last_used_at", BigInteger, nullable=True),
    sqlite_autoincrement=True,
)

# How often somebody has tried something, by a hash of who and what.
attempts = Table(
    "attempts",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("forgotten_at", BigInteger, nullable=False),
    Column("known_until", BigInteger, nullable=False),
)

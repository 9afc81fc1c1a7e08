"""All SQL about sessions and their refresh tokens, one function per question."""

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.accounts.models import User
from cinedex.accounts.tables import refresh_tokens, sessions, users


class Session(msgspec.Struct, frozen=True):
    """One login of an account."""

    id: str
    user_id: int


async def user_of_session(connection: AsyncConnection, user_id: int, session_id: str) -> User | None:
    """Return the account, as it is now, of a session that has not been revoked."""
    query = (
        select(users.c.id, users.c.username, users.c.is_admin)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(users.c.id == user_id, sessions.c.id == session_id, sessions.c.revoked_at.is_(None))
    )
    row = (await connection.execute(query)).one_or_none()
    return User(*row) if row else None


async def insert_session(connection: AsyncConnection, session_id: str, user_id: int, now: int) -> None:
    """Insert a session that begins now."""
    row = {"id": session_id, "user_id": user_id, "created_at": now, "last_used_at": now}
    await connection.execute(insert(sessions).values(row))


async def delete_sessions_unused_since(connection: AsyncConnection, user_id: int, then: int) -> None:
    """Delete those sessions of an account that were last used at `then` or before, and their tokens."""
    unused = (sessions.c.user_id == user_id) & (sessions.c.last_used_at <= then)
    await connection.execute(delete(sessions).where(unused))


async def revoke_session(connection: AsyncConnection, session_id: str, now: int) -> bool:
    """Revoke a session; return whether there was one that was not revoked yet."""
    live = (sessions.c.id == session_id) & sessions.c.revoked_at.is_(None)
    return (await connection.execute(update(sessions).where(live).values(revoked_at=now))).rowcount > 0


async def insert_refresh_token(
    connection: AsyncConnection, token_hash: str, session_id: str, expires_at: int
) -> None:
    """Insert a refresh token of a session."""
    row = {"token_hash": token_hash, "session_id": session_id, "expires_at": expires_at}
    await connection.execute(insert(refresh_tokens).values(row))


async def spend_refresh_token(connection: AsyncConnection, token_hash: str, now: int) -> Session | None:
    """Mark a refresh token as used, and its session with it; None unless it was good until this moment."""
    live_sessions = select(sessions.c.id).where(sessions.c.revoked_at.is_(None))
    spend = (
        update(refresh_tokens)
        .where(
            refresh_tokens.c.token_hash == token_hash,
            refresh_tokens.c.used_at.is_(None),
            refresh_tokens.c.expires_at > now,
            refresh_tokens.c.session_id.in_(live_sessions),
        )
        .values(used_at=now)
        .returning(refresh_tokens.c.session_id)
    )
    session_id = (await connection.execute(spend)).scalar_one_or_none()
    if session_id is None:
        return None
    touch = update(sessions).where(sessions.c.id == session_id).values(last_used_at=now)
    row = (await connection.execute(touch.returning(sessions.c.id, sessions.c.user_id))).one()
    return Session(*row)


async def delete_expired_refresh_tokens(connection: AsyncConnection, session_id: str, now: int) -> None:
    """Delete those refresh tokens of a session that would be refused for their age alone."""
    expired = (refresh_tokens.c.session_id == session_id) & (refresh_tokens.c.expires_at <= now)
    await connection.execute(delete(refresh_tokens).where(expired))


async def session_of_refresh_token(connection: AsyncConnection, token_hash: str) -> str | None:
    """Return the session that a refresh token belongs to, whatever the state of either."""
    query = select(refresh_tokens.c.session_id).where(refresh_tokens.c.token_hash == token_hash)
    return (await connection.execute(query)).scalar_one_or_none()

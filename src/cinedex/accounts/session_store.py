"""All SQL about sessions and their refresh tokens, one function per question."""

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.accounts.models import Session, User
from cinedex.accounts.store import USER_COLUMNS
from cinedex.accounts.tables import refresh_tokens, sessions, users


class Renewed(msgspec.Struct, frozen=True):
    """A session whose refresh token was spent just now."""

    id: str
    user_id: int


class Live(msgspec.Struct, frozen=True):
    """The account of a session that stands, and when the session was used last."""

    user: User
    last_used_at: int


async def live_session(
    connection: AsyncConnection, user_id: int, session_id: str, *, begun_after: int
) -> Live | None:
    """Return what is known of an account's session that began after that moment.

    None when it was revoked, or the account is disabled.
    """
    query = (
        select(sessions.c.last_used_at, *USER_COLUMNS)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(
            users.c.id == user_id,
            users.c.disabled_at.is_(None),
            sessions.c.id == session_id,
            sessions.c.revoked_at.is_(None),
            sessions.c.created_at > begun_after,
        )
    )
    row = (await connection.execute(query)).one_or_none()
    return Live(User(*row[1:]), row[0]) if row else None


async def sessions_of(
    connection: AsyncConnection, user_id: int, *, used_after: int, begun_after: int, limit: int
) -> list[Session]:
    """Return the sessions of an account that stand and were used and begun after then, the last used first."""
    is_recent = (sessions.c.last_used_at > used_after) & (sessions.c.created_at > begun_after)
    query = (
        select(sessions.c.id, sessions.c.device, sessions.c.created_at, sessions.c.last_used_at)
        .where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None), is_recent)
        .order_by(sessions.c.last_used_at.desc(), sessions.c.id)
        .limit(limit)
    )
    return [Session(*row) for row in await connection.execute(query)]


async def insert_session(
    connection: AsyncConnection, session_id: str, user_id: int, device: str | None, now: int
) -> None:
    """Insert a session that begins now."""
    row = {"id": session_id, "user_id": user_id, "device": device, "created_at": now, "last_used_at": now}
    await connection.execute(insert(sessions).values(row))


async def touch_session(connection: AsyncConnection, session_id: str, now: int, *, before: int) -> None:
    """Note that a session is used now, unless that was noted after `before`."""
    idle = (sessions.c.id == session_id) & (sessions.c.last_used_at <= before)
    await connection.execute(update(sessions).where(idle).values(last_used_at=now))


async def delete_sessions_unused_since(connection: AsyncConnection, user_id: int, then: int) -> None:
    """Delete those sessions of an account that were last used at `then` or before, and their tokens."""
    unused = (sessions.c.user_id == user_id) & (sessions.c.last_used_at <= then)
    await connection.execute(delete(sessions).where(unused))


async def revoke_session(
    connection: AsyncConnection, session_id: str, now: int, *, of: int | None = None
) -> bool:
    """Revoke a session, where `of` is given only if it is that account's; return whether one ended by it."""
    live = (sessions.c.id == session_id) & sessions.c.revoked_at.is_(None)
    if of is not None:
        live &= sessions.c.user_id == of
    return (await connection.execute(update(sessions).where(live).values(revoked_at=now))).rowcount > 0


async def revoke_sessions(
    connection: AsyncConnection, user_id: int, now: int, *, but: str | None = None
) -> None:
    """Revoke all sessions of an account, `but` one where that is given."""
    live = (sessions.c.user_id == user_id) & sessions.c.revoked_at.is_(None)
    if but is not None:
        live &= sessions.c.id != but
    await connection.execute(update(sessions).where(live).values(revoked_at=now))


async def insert_refresh_token(
    connection: AsyncConnection, token_hash: str, session_id: str, expires_at: int
) -> None:
    """Insert a refresh token of a session."""
    row = {"token_hash": token_hash, "session_id": session_id, "expires_at": expires_at}
    await connection.execute(insert(refresh_tokens).values(row))


async def spend_refresh_token(
    connection: AsyncConnection, token_hash: str, now: int, *, begun_after: int
) -> Renewed | None:
    """Mark a refresh token as used, and its session with it; None unless it was good until this moment.

    Nor is it where its session did not begin after that one.
    """
    live_sessions = select(sessions.c.id).where(
        sessions.c.revoked_at.is_(None), sessions.c.created_at > begun_after
    )
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
    row = (await connection.execute(touch.returning(sessions.c.id, sessions.c.user_id))).one_or_none()
    return Renewed(*row) if row else None


async def delete_expired_refresh_tokens(connection: AsyncConnection, session_id: str, now: int) -> None:
    """Delete those refresh tokens of a session that would be refused for their age alone."""
    expired = (refresh_tokens.c.session_id == session_id) & (refresh_tokens.c.expires_at <= now)
    await connection.execute(delete(refresh_tokens).where(expired))


async def session_of_refresh_token(connection: AsyncConnection, token_hash: str) -> str | None:
    """Return the session that a refresh token belongs to, whatever the state of either."""
    query = select(refresh_tokens.c.session_id).where(refresh_tokens.c.token_hash == token_hash)
    return (await connection.execute(query)).scalar_one_or_none()

"""Sessions: begun by a login, renewed by refresh tokens, ended by a logout or by a token that was copied."""

import re
import secrets
from contextlib import suppress
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.accounts import session_store, store
from cinedex.accounts.models import Caller, Session, Tokens
from cinedex.accounts.refusals import RefreshTokenRefused, SessionNotFound, TokenRefused
from cinedex.accounts.tokens import AccessTokens, Claims, new_refresh_token, refresh_token_hash
from cinedex.foundation import audit
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database, DatabaseUnavailable

# The last use of a session is known to a minute: a write for each request would cost more than it tells.
_NOTED_SECONDS: Final = 60
_MOST_SHOWN: Final = 100
_ID: Final = re.compile("[0-9a-f]{32}")

log = structlog.get_logger()


class SessionService:
    """Renews and ends sessions, and says who holds a token. Begins them in the transaction of a login."""

    def __init__(
        self,
        database: Database,
        access_tokens: AccessTokens,
        *,
        refresh_token_seconds: int,
        session_seconds: int,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._access_tokens = access_tokens
        self._refresh_seconds = refresh_token_seconds
        self._session_seconds = session_seconds
        self._clock = clock

    async def begin(self, connection: AsyncConnection, user_id: int, device: str | None) -> Tokens:
        """Begin a session of an account, and forget those that nobody can use any more."""
        session_id, refresh_token, now = secrets.token_hex(16), new_refresh_token(), self._now()
        await session_store.delete_sessions_unused_since(connection, user_id, self._long_ago(now))
        await session_store.insert_session(connection, session_id, user_id, device, now)
        await session_store.insert_refresh_token(
            connection, refresh_token_hash(refresh_token), session_id, now + self._refresh_seconds
        )
        return self._tokens(user_id, session_id, refresh_token)

    async def refresh(self, refresh_token: str) -> Tokens:
        """Exchange a refresh token for new tokens of the same session.

        Raises RefreshTokenRefused. A token that comes a second time has been copied: its session is revoked.
        """
        spent, fresh, now = refresh_token_hash(refresh_token), new_refresh_token(), self._now()
        async with self._database.transaction() as connection:
            session = await session_store.spend_refresh_token(
                connection, spent, now, begun_after=now - self._session_seconds
            )
            if session:
                await session_store.delete_expired_refresh_tokens(connection, session.id, now)
                await session_store.insert_refresh_token(
                    connection, refresh_token_hash(fresh), session.id, now + self._refresh_seconds
                )
        if session is None:
            await self._revoke_family(spent, now)
            raise RefreshTokenRefused
        return self._tokens(session.user_id, session.id, fresh)

    async def logout(self, access_token: str) -> None:
        """End the token's session, for every worker at once. Raises TokenRefused."""
        claims = self._claims(access_token)
        async with self._database.transaction() as connection:
            if not await session_store.revoke_session(connection, claims.sid, self._now(), of=claims.user_id):
                raise TokenRefused
            user = await store.user(connection, claims.user_id)
            who = (claims.user_id, user.username if user else "")
            await audit.note(connection, "logged out", f"account {claims.user_id}", actor=who)

    async def caller(self, access_token: str) -> Caller:
        """Return whoever holds this token, as the database knows them now. Raises TokenRefused."""
        claims, now = self._claims(access_token), self._now()
        async with self._database.reading() as connection:
            live = await session_store.live_session(
                connection, claims.user_id, claims.sid, begun_after=now - self._session_seconds
            )
        if live is None:
            raise TokenRefused
        if live.last_used_at <= now - _NOTED_SECONDS:
            await self._note_use(claims.sid, now)
        return Caller(live.user, claims.sid)

    async def of(self, user_id: int) -> list[Session]:
        """Return the sessions of an account that can still be used, the last used first; the first hundred."""
        now = self._now()
        async with self._database.reading() as connection:
            return await session_store.sessions_of(
                connection,
                user_id,
                used_after=self._long_ago(now),
                begun_after=now - self._session_seconds,
                limit=_MOST_SHOWN,
            )

    async def end(self, user_id: int, session_id: str) -> None:
        """End one session of an account. Raises SessionNotFound for one that is not its, or has ended."""
        # PostgreSQL takes no text with a zero in it, even to compare.
        if not _ID.fullmatch(session_id):
            raise SessionNotFound
        async with self._database.transaction() as connection:
            if not await session_store.revoke_session(connection, session_id, self._now(), of=user_id):
                raise SessionNotFound
            await audit.note(connection, "session ended", f"account {user_id}", session_id)

    async def end_all(self, user_id: int) -> None:
        """End all sessions of an account."""
        async with self._database.transaction() as connection:
            await session_store.revoke_sessions(connection, user_id, self._now())
            await audit.note(connection, "logged out everywhere", f"account {user_id}")

    async def _note_use(self, session_id: str, now: int) -> None:
        # Who only reads is let through when the database can be read only.
        with suppress(DatabaseUnavailable):
            async with self._database.transaction() as connection:
                await session_store.touch_session(connection, session_id, now, before=now - _NOTED_SECONDS)

    async def _revoke_family(self, token_hash: str, now: int) -> None:
        # A transaction of its own, which has been committed when the caller raises.
        async with self._database.transaction() as connection:
            session_id = await session_store.session_of_refresh_token(connection, token_hash)
            revoked = session_id is not None and await session_store.revoke_session(
                connection, session_id, now
            )
            if revoked:
                await audit.note(
                    connection, "session revoked", detail=f"{session_id}: a spent or old refresh token"
                )
        if revoked:
            log.warning(
                "session_revoked", session_id=session_id, reason="refresh token was not good any more"
            )

    def _claims(self, access_token: str) -> Claims:
        claims = self._access_tokens.read(access_token, self._clock())
        if claims is None:
            raise TokenRefused
        return claims

    def _tokens(self, user_id: int, session_id: str, refresh_token: str) -> Tokens:
        access = self._access_tokens.sign(user_id, session_id, self._clock())
        return Tokens(access, refresh_token, self._access_tokens.lifetime_seconds)

    def _long_ago(self, now: int) -> int:
        """Return since when a session must have been used, or neither of its tokens is good for anything."""
        return now - max(self._refresh_seconds, self._access_tokens.lifetime_seconds)

    def _now(self) -> int:
        return int(self._clock().timestamp())

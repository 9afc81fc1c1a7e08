"""The use cases of accounts. Each opens its own transaction, which has ended when the method returns."""

import secrets

import structlog

from cinedex.accounts import store
from cinedex.accounts.models import (
    Tokens,
    User,
    clean_password,
    clean_username,
    composed_password,
    username_key,
)
from cinedex.accounts.passwords import Passwords
from cinedex.accounts.tokens import AccessTokens, Claims, new_refresh_token, refresh_token_hash
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database
from cinedex.foundation.errors import Conflict, Unauthenticated

log = structlog.get_logger()


class UsernameTaken(Conflict):
    """An account has this name, or one that folds to the same."""

    message = "This username is taken."
    code = "username_taken"


class CredentialsRefused(Unauthenticated):
    """There is no account of this name, or the password is another: who asks is not told which."""

    message = "Invalid username or password."
    code = "invalid_credentials"


class TokenMissing(Unauthenticated):
    """The call needs an access token, and has none."""

    message = "Please log in."
    code = "token_missing"


class TokenRefused(Unauthenticated):
    """The access token is not ours, has expired, or its session has ended."""

    message = "The token is not valid, or not any more. Please log in."
    code = "token_invalid"


class RefreshTokenRefused(Unauthenticated):
    """The refresh token is unknown, expired or spent, or its session has ended."""

    message = "The refresh token is not valid, or not any more. Please log in."
    code = "refresh_token_invalid"


class NotAdmin(Unauthenticated):
    """The caller is not an administrator, in the status that the four old calls have for it: 401."""

    message = "Only an administrator may do this."
    code = "not_admin"


class AccountService:
    """Registers people, logs them in and out, and says who holds a token."""

    def __init__(
        self,
        database: Database,
        access_tokens: AccessTokens,
        *,
        refresh_token_seconds: int,
        clock: Clock = utc_now,
        passwords: Passwords | None = None,
    ) -> None:
        self._database = database
        self._access_tokens = access_tokens
        self._refresh_seconds = refresh_token_seconds
        self._clock = clock
        self._passwords = passwords or Passwords()

    async def register(
        self, username: str, password: str, *, is_admin: bool = False, actor: User | None = None
    ) -> None:
        """Make an account; only an `actor` who is an admin makes another admin.

        Raises Invalid for a name or password that cannot be one, NotAdmin, or UsernameTaken.
        """
        if is_admin and not (actor and actor.is_admin):
            raise NotAdmin
        await self._create(username, password, is_admin=is_admin)

    async def create_admin(self, username: str, password: str) -> None:
        """Make an admin's account, asked for at the machine itself. Raises Invalid or UsernameTaken."""
        await self._create(username, password, is_admin=True)

    async def login(self, username: str, password: str) -> Tokens:
        """Begin a session. Raises CredentialsRefused, after the same work for a known and an unknown name."""
        password = composed_password(password)
        async with self._database.reading() as connection:
            account = await store.account(connection, username_key(username))
        matches = await self._passwords.verify(password, account.password_hash if account else None)
        if account is None or not matches:
            raise CredentialsRefused
        new_hash = None
        if self._passwords.is_outdated(account.password_hash):
            new_hash = await self._passwords.hash(password)

        session_id, refresh_token, now = secrets.token_hex(16), new_refresh_token(), self._now()
        async with self._database.transaction() as connection:
            if new_hash:
                await store.replace_hash(connection, account.id, old=account.password_hash, new=new_hash)
            # By then neither token of such a session is good for anything.
            longest = max(self._refresh_seconds, self._access_tokens.lifetime_seconds)
            await store.delete_sessions_unused_since(connection, account.id, now - longest)
            await store.insert_session(connection, session_id, account.id, now)
            await store.insert_refresh_token(
                connection, refresh_token_hash(refresh_token), session_id, now + self._refresh_seconds
            )
        return self._tokens(account.id, session_id, refresh_token)

    async def refresh(self, refresh_token: str) -> Tokens:
        """Exchange a refresh token for new tokens of the same session.

        Raises RefreshTokenRefused. A token that comes a second time has been copied: its session is revoked.
        """
        spent, fresh, now = refresh_token_hash(refresh_token), new_refresh_token(), self._now()
        async with self._database.transaction() as connection:
            session = await store.spend_refresh_token(connection, spent, now)
            if session:
                await store.delete_expired_refresh_tokens(connection, session.id, now)
                await store.insert_refresh_token(
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
            if not await store.user_of_session(connection, claims.user_id, claims.sid):
                raise TokenRefused
            await store.revoke_session(connection, claims.sid, self._now())

    async def user_of(self, access_token: str) -> User:
        """Return whoever holds this token, as the database knows them now. Raises TokenRefused."""
        claims = self._claims(access_token)
        async with self._database.reading() as connection:
            user = await store.user_of_session(connection, claims.user_id, claims.sid)
        if user is None:
            raise TokenRefused
        return user

    async def _create(self, username: str, password: str, *, is_admin: bool) -> None:
        username, password = clean_username(username), clean_password(password)
        async with self._database.reading() as connection:
            # Spares the hashing of most; two who come together are told apart by the index below.
            if await store.account(connection, username_key(username)):
                raise UsernameTaken
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction() as connection:
            if not await store.insert_user(
                connection, username, password_hash, is_admin=is_admin, now=self._now()
            ):
                raise UsernameTaken

    async def _revoke_family(self, token_hash: str, now: int) -> None:
        # A transaction of its own, which has been committed when the caller raises.
        async with self._database.transaction() as connection:
            session_id = await store.session_of_refresh_token(connection, token_hash)
            revoked = session_id is not None and await store.revoke_session(connection, session_id, now)
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

    def _now(self) -> int:
        return int(self._clock().timestamp())

"""The use cases of accounts. Each opens its own transaction, which has ended when the method returns."""

from cinedex.accounts import session_store, store
from cinedex.accounts.keys import KeyService
from cinedex.accounts.models import (
    Caller,
    Role,
    Tokens,
    User,
    clean_new_username,
    username_key,
)
from cinedex.accounts.password_rules import clean_password, composed_password
from cinedex.accounts.passwords import Passwords
from cinedex.accounts.refusals import (
    CredentialsRefused,
    LastAdmin,
    NotAdmin,
    TokenRefused,
    UsernameTaken,
    WrongPassword,
)
from cinedex.accounts.sessions import SessionService
from cinedex.foundation import audit
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database


class AccountService:
    """Registers people, logs them in, and changes what is their own.

    `sessions` has what comes after a login, `keys` what programs show instead of one.
    """

    def __init__(
        self,
        database: Database,
        sessions: SessionService,
        *,
        passwords: Passwords,
        clock: Clock = utc_now,
    ) -> None:
        self.sessions = sessions
        self.keys = KeyService(database, clock)
        self._database = database
        self._clock = clock
        self._passwords = passwords

    async def register(
        self, username: str, password: str, *, is_admin: bool = False, actor: User | None = None
    ) -> None:
        """Make an account; only an `actor` who is an admin makes another admin.

        Raises Invalid for a name or password that cannot be one, NotAdmin, UsernameTaken, or Busy.
        """
        if is_admin and not (actor and actor.is_admin):
            raise NotAdmin
        await self._create(username, password, "admin" if is_admin else "user")

    async def create_admin(self, username: str, password: str) -> None:
        """Make an admin's account, asked for at the machine itself. Raises Invalid or UsernameTaken."""
        await self._create(username, password, "admin")

    async def login(self, username: str, password: str, device: str | None = None) -> Tokens:
        """Begin a session on a device. Raises CredentialsRefused, after the same work for each reason.

        Those are an unknown name, a wrong password, and an account that is disabled. Raises Busy.
        """
        password = composed_password(password)
        with self._passwords.place():
            async with self._database.reading() as connection:
                account = await store.account(connection, username_key(username))
            matches = await self._passwords.verify(password, account.password_hash if account else None)
            if account is None or not matches:
                await self._note_failure(account)
                raise CredentialsRefused
            new_hash = None
            if self._passwords.is_outdated(account.password_hash):
                new_hash = await self._passwords.hash(password)
        async with self._database.transaction() as connection:
            if await store.lock_account(connection, account):
                if new_hash:
                    await store.replace_hash(connection, account.id, old=account.password_hash, new=new_hash)
                await audit.note(connection, "logged in", f"account {account.id}", actor=account.who)
                return await self.sessions.begin(connection, account.id, device)
        # It was disabled, or its password became another meanwhile.
        await self._note_failure(account)
        raise CredentialsRefused

    async def rename(self, user: User, username: str, password: str) -> User:
        """Give the caller another name; return the account as it is then.

        Raises WrongPassword, UsernameTaken, Busy, TokenRefused when the account is gone, and Invalid for what cannot
        be a name.
        """
        username = clean_new_username(username)
        await self.confirm(user, password)
        async with self._database.transaction() as connection:
            if not await store.rename_user(connection, user.id, username):
                raise UsernameTaken
            renamed = await store.user(connection, user.id)
            if renamed is None:
                raise TokenRefused
            await audit.note(connection, "account renamed", f"account {user.id}", username)
        return renamed

    async def confirm(self, user: User, password: str) -> None:
        """Have the caller show once more that they are the owner. Raises WrongPassword or Busy."""
        with self._passwords.place():
            await self._own_account(user, password)

    async def change_password(self, caller: Caller, current: str, new: str) -> None:
        """Set the caller's password, and end all their sessions but this one.

        Raises WrongPassword when `current` is not theirs, Busy, and Invalid for what cannot be a password.
        """
        new = clean_password(new, caller.user.username, "new_password")
        with self._passwords.place():
            account = await self._own_account(caller.user, current)
            new_hash = await self._passwords.hash(new)
        now = int(self._clock().timestamp())
        async with self._database.transaction() as connection:
            if not await store.lock_account(connection, account):
                raise WrongPassword
            await store.set_password(connection, account.id, new_hash)
            await audit.note(connection, "password changed", f"account {account.id}")
            await session_store.revoke_sessions(connection, account.id, now, but=caller.session_id)

    async def delete_own(self, user: User, password: str) -> None:
        """Delete the caller's account and all that is its own. Raises WrongPassword, LastAdmin or Busy."""
        with self._passwords.place():
            account = await self._own_account(user, password)
        async with self._database.transaction() as connection:
            if await store.lock_admins(connection) == {user.id}:
                raise LastAdmin
            if not await store.lock_account(connection, account):
                raise WrongPassword
            await store.delete_user(connection, user.id)
            await audit.note(connection, "account deleted", f"account {user.id}", user.username)

    async def _note_failure(self, account: store.Account | None) -> None:
        # What was typed as a name that there is not may be a password.
        subject = f"account {account.id}" if account else ""
        async with self._database.transaction() as connection:
            await audit.note(connection, "login failed", subject, account.username if account else "")

    async def _own_account(self, user: User, password: str) -> store.Account:
        """Return what is known of the caller's account. Raises WrongPassword unless `password` is theirs."""
        async with self._database.reading() as connection:
            account = await store.account_of(connection, user.id)
        matches = await self._passwords.verify(
            composed_password(password), account.password_hash if account else None
        )
        if account is None or not matches:
            raise WrongPassword
        return account

    async def _create(self, username: str, password: str, role: Role) -> None:
        username = clean_new_username(username)
        password = clean_password(password, username)
        with self._passwords.place():
            async with self._database.reading() as connection:
                # Spares the hashing of most; two who come together are told apart by the index below.
                if await store.account(connection, username_key(username)):
                    raise UsernameTaken
            password_hash = await self._passwords.hash(password)
        now = int(self._clock().timestamp())
        async with self._database.transaction() as connection:
            user_id = await store.insert_user(connection, username, password_hash, role=role, now=now)
            if user_id is None:
                raise UsernameTaken
            await audit.note(connection, "account made", f"account {user_id}", f"{username}, {role}")

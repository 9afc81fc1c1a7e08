"""What admins do about accounts. One admin who is not disabled is always left."""

import msgspec

from cinedex.accounts import session_store, store
from cinedex.accounts.models import Role, User, username_key
from cinedex.accounts.password_rules import clean_password
from cinedex.accounts.passwords import Passwords
from cinedex.accounts.refusals import LastAdmin, MayNot, UserNotFound
from cinedex.foundation import audit
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database


class PeopleService:
    """Lists, changes and deletes accounts.

    An `actor` is the admin who asks, and must be one still when the change is written: MayNot is raised
    otherwise. At the machine itself there is none.
    """

    def __init__(self, database: Database, *, passwords: Passwords, clock: Clock = utc_now) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock

    async def page(self, prefix: str, after: int, limit: int) -> list[User]:
        """Return some `limit` accounts, the oldest first, from the id `after` on.

        Their names begin with `prefix`, compared as names are; an empty one is any name's.
        """
        key = username_key(prefix)
        if prefix and not key:
            return []
        async with self._database.reading() as connection:
            return await store.users_after(connection, key, after, limit)

    async def get(self, user_id: int) -> User:
        """Return an account. Raises UserNotFound."""
        async with self._database.reading() as connection:
            found = await store.user(connection, user_id)
        if found is None:
            raise UserNotFound
        return found

    async def named(self, username: str) -> User:
        """Return the account of this name, in any spelling. Raises UserNotFound."""
        async with self._database.reading() as connection:
            found = await store.user_named(connection, username_key(username))
        if found is None:
            raise UserNotFound
        return found

    async def change(
        self,
        user_id: int,
        *,
        role: Role | None = None,
        disabled: bool | None = None,
        actor: User | None = None,
    ) -> User:
        """Change an account's role, or whether it is disabled; what is None stays. Return it as it is then.

        A disabled account's sessions end at once. Raises UserNotFound, LastAdmin and MayNot.
        """
        async with self._database.transaction() as connection:
            admins = await store.lock_admins(connection)
            _check(admins, actor)
            before = await store.user(connection, user_id)
            if before is None:
                raise UserNotFound
            after = msgspec.structs.replace(
                before,
                role=before.role if role is None else role,
                is_disabled=before.is_disabled if disabled is None else disabled,
            )
            if admins == {user_id} and not (after.is_admin and not after.is_disabled):
                raise LastAdmin
            if role is not None:
                await store.set_role(connection, user_id, role)
            if disabled is not None:
                await store.set_disabled_at(connection, user_id, self._now() if disabled else None)
            if disabled:
                await session_store.revoke_sessions(connection, user_id, self._now())
            detail = f"{after.username}, {after.role}{', disabled' if after.is_disabled else ''}"
            await audit.note(connection, "account changed", f"account {user_id}", detail)
        return after

    async def set_password(self, user_id: int, password: str, *, actor: User | None = None) -> None:
        """Set an account's password and end its sessions.

        Raises UserNotFound, MayNot, Busy, and Invalid for what cannot be a password.
        """
        with self._passwords.place():
            user = await self.get(user_id)
            password_hash = await self._passwords.hash(clean_password(password, user.username))
        async with self._database.transaction() as connection:
            _check(await store.lock_admins(connection), actor)
            if not await store.set_password(connection, user_id, password_hash):
                raise UserNotFound
            await session_store.revoke_sessions(connection, user_id, self._now())
            await audit.note(connection, "password set", f"account {user_id}", user.username)

    async def delete(self, user_id: int, *, actor: User | None = None) -> None:
        """Delete an account and all that is its own. Raises UserNotFound, LastAdmin and MayNot."""
        async with self._database.transaction() as connection:
            admins = await store.lock_admins(connection)
            _check(admins, actor)
            if admins == {user_id}:
                raise LastAdmin
            user = await store.user(connection, user_id)
            if user is None:
                raise UserNotFound
            await store.delete_user(connection, user_id)
            await audit.note(connection, "account deleted", f"account {user_id}", user.username)

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _check(admins: set[int], actor: User | None) -> None:
    if actor is not None and actor.id not in admins:
        raise MayNot

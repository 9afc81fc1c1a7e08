"""All SQL about accounts, one function per question; `session_store` has that about their sessions."""

from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.accounts.models import Role, User, username_key
from cinedex.accounts.tables import users

USER_COLUMNS = (
    users.c.id,
    users.c.username,
    users.c.role,
    users.c.created_at,
    users.c.disabled_at.is_not(None).label("is_disabled"),
)
"""What a User is made of, in its order."""


class Account(msgspec.Struct, frozen=True):
    """What a password is compared with, and what must be the same still when something comes of it."""

    id: int
    username: str
    password_hash: str
    password_version: int

    @property
    def who(self) -> tuple[int, str]:
        """Its id and name."""
        return self.id, self.username

    def __repr__(self) -> str:
        """Show everything but the hash."""
        return f"Account(id={self.id}, username={self.username!r})"


async def account(connection: AsyncConnection, key: str) -> Account | None:
    """Return the account whose name folds to `key`."""
    return await _account(connection, users.c.username_key == key)


async def account_of(connection: AsyncConnection, user_id: int) -> Account | None:
    """Return the account with this id."""
    return await _account(connection, users.c.id == user_id)


async def lock_account(connection: AsyncConnection, known: Account) -> bool:
    """Keep an account as it is until the transaction ends; return whether that is still as it was `known`.

    It is not when its password was set since, or it was disabled or deleted.
    """
    same = (users.c.id == known.id) & (users.c.password_version == known.password_version)
    query = select(users.c.id).where(same, users.c.disabled_at.is_(None)).with_for_update()
    return (await connection.execute(query)).one_or_none() is not None


async def lock_admins(connection: AsyncConnection) -> set[int]:
    """Keep all admins who are not disabled what they are until the transaction ends; return their ids.

    Two who take away each other's role take turns here, and the second sees what the first did.
    """
    admins = (users.c.role == "admin") & users.c.disabled_at.is_(None)
    query = select(users.c.id).where(admins).order_by(users.c.id).with_for_update()
    return set((await connection.execute(query)).scalars())


async def insert_user(
    connection: AsyncConnection, username: str, password_hash: str, *, role: Role, now: int
) -> int | None:
    """Insert an account; return its id, None where its name is taken. The transaction is void then."""
    row = {
        "username": username,
        "username_key": username_key(username),
        "password_hash": password_hash,
        "role": role,
        "created_at": now,
    }
    try:
        result = await connection.execute(insert(users).values(row).returning(users.c.id))
    except IntegrityError:
        return None
    user_id: int = result.scalar_one()
    return user_id


async def rename_user(connection: AsyncConnection, user_id: int, username: str) -> bool:
    """Give an account another name; return whether that was free. After a False the transaction is void."""
    renamed = update(users).where(users.c.id == user_id)
    try:
        await connection.execute(renamed.values(username=username, username_key=username_key(username)))
    except IntegrityError:
        return False
    return True


async def replace_hash(connection: AsyncConnection, user_id: int, *, old: str, new: str) -> None:
    """Replace the hash of a password that stays the same, unless it has become another since it was read."""
    same = (users.c.id == user_id) & (users.c.password_hash == old)
    await connection.execute(update(users).where(same).values(password_hash=new))


async def set_password(connection: AsyncConnection, user_id: int, password_hash: str) -> bool:
    """Set another password; return whether there is such an account."""
    version = users.c.password_version + 1
    changed = update(users).where(users.c.id == user_id)
    result = await connection.execute(changed.values(password_hash=password_hash, password_version=version))
    return result.rowcount > 0


async def user(connection: AsyncConnection, user_id: int) -> User | None:
    """Return the account with this id."""
    return _user((await connection.execute(select(*USER_COLUMNS).where(users.c.id == user_id))).one_or_none())


async def user_named(connection: AsyncConnection, key: str) -> User | None:
    """Return the account whose name folds to `key`."""
    query = select(*USER_COLUMNS).where(users.c.username_key == key)
    return _user((await connection.execute(query)).one_or_none())


async def users_after(connection: AsyncConnection, prefix: str, after: int, limit: int) -> list[User]:
    """Return accounts in the order in which they were made, after the id `after`; an empty prefix is any name's."""
    query = select(*USER_COLUMNS).where(users.c.id > after).order_by(users.c.id).limit(limit)
    if prefix:
        query = query.where(users.c.username_key.startswith(prefix, autoescape=True))
    return [User(*row) for row in await connection.execute(query)]


async def set_role(connection: AsyncConnection, user_id: int, role: Role) -> None:
    """Set an account's role."""
    await connection.execute(update(users).where(users.c.id == user_id).values(role=role))


async def set_disabled_at(connection: AsyncConnection, user_id: int, moment: int | None) -> None:
    """Set since when an account is disabled; None for one that is not."""
    await connection.execute(update(users).where(users.c.id == user_id).values(disabled_at=moment))


async def delete_user(connection: AsyncConnection, user_id: int) -> bool:
    """Delete an account, its sessions and their tokens; return whether there was one."""
    return (await connection.execute(delete(users).where(users.c.id == user_id))).rowcount > 0


async def _account(connection: AsyncConnection, condition: Any) -> Account | None:
    query = select(users.c.id, users.c.username, users.c.password_hash, users.c.password_version).where(
        condition
    )
    row = (await connection.execute(query)).one_or_none()
    return Account(*row) if row else None


def _user(row: Row[*tuple[Any, ...]] | None) -> User | None:
    return User(*row) if row else None

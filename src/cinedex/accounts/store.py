"""All SQL about accounts, one function per question; `session_store` has that about their sessions."""

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.accounts.models import username_key
from cinedex.accounts.tables import users


class Account(msgspec.Struct, frozen=True):
    """What a login is compared with."""

    id: int
    password_hash: str

    def __repr__(self) -> str:
        """Show everything but the hash."""
        return f"Account(id={self.id})"


async def account(connection: AsyncConnection, key: str) -> Account | None:
    """Return the account whose name folds to `key`."""
    query = select(users.c.id, users.c.password_hash).where(users.c.username_key == key)
    row = (await connection.execute(query)).one_or_none()
    return Account(*row) if row else None


async def insert_user(
    connection: AsyncConnection, username: str, password_hash: str, *, is_admin: bool, now: int
) -> bool:
    """Insert an account; return whether its name was free. After a False the transaction is void."""
    try:
        await connection.execute(
            insert(users).values(
                username=username,
                username_key=username_key(username),
                password_hash=password_hash,
                is_admin=is_admin,
                created_at=now,
            )
        )
    except IntegrityError:
        return False
    return True


async def replace_hash(connection: AsyncConnection, user_id: int, *, old: str, new: str) -> None:
    """Replace a password's hash, unless it has become another since it was read."""
    same = (users.c.id == user_id) & (users.c.password_hash == old)
    await connection.execute(update(users).where(same).values(password_hash=new))

"""All SQL about API keys."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.accounts.models import Key, Scope, User
from cinedex.accounts.store import USER_COLUMNS
from cinedex.accounts.tables import api_keys, users

_COLUMNS = (
    api_keys.c.id,
    api_keys.c.name,
    api_keys.c.scopes,
    api_keys.c.created_at,
    api_keys.c.expires_at,
    api_keys.c.last_used_at,
)


class Live(msgspec.Struct, frozen=True):
    """A key that is good now, and its owner."""

    key: Key
    user: User


async def insert_key(connection: AsyncConnection, user_id: int, key: Key, key_hash: str) -> Key:
    """Insert a key, whose id is of no account; return it with the one that it has then."""
    row = {
        "user_id": user_id,
        "name": key.name,
        "key_hash": key_hash,
        "scopes": " ".join(key.scopes),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
    }
    result = await connection.execute(insert(api_keys).values(row).returning(api_keys.c.id))
    return msgspec.structs.replace(key, id=result.scalar_one())


async def count_keys(connection: AsyncConnection, user_id: int) -> int:
    """Return how many keys an account has."""
    query = select(func.count()).select_from(api_keys).where(api_keys.c.user_id == user_id)
    return (await connection.execute(query)).scalar_one()


async def keys_of(connection: AsyncConnection, user_id: int) -> list[Key]:
    """Return the keys of an account, the oldest first."""
    query = select(*_COLUMNS).where(api_keys.c.user_id == user_id).order_by(api_keys.c.id)
    return [_key(row) for row in await connection.execute(query)]


async def live_key(connection: AsyncConnection, key_hash: str, now: int) -> Live | None:
    """Return the key with this hash; None when there is none, it has expired, or its owner is disabled."""
    query = (
        select(*_COLUMNS, *USER_COLUMNS)
        .join(users, users.c.id == api_keys.c.user_id)
        .where(
            api_keys.c.key_hash == key_hash,
            api_keys.c.expires_at.is_(None) | (api_keys.c.expires_at > now),
            users.c.disabled_at.is_(None),
        )
    )
    row = (await connection.execute(query)).one_or_none()
    return Live(_key(row[: len(_COLUMNS)]), User(*row[len(_COLUMNS) :])) if row else None


async def touch_key(connection: AsyncConnection, key_id: int, now: int, *, before: int) -> None:
    """Note that a key is used now, unless that was noted after `before`."""
    is_idle = api_keys.c.last_used_at.is_(None) | (api_keys.c.last_used_at <= before)
    idle = (api_keys.c.id == key_id) & is_idle
    await connection.execute(update(api_keys).where(idle).values(last_used_at=now))


async def delete_key(connection: AsyncConnection, user_id: int, key_id: int) -> bool:
    """Delete a key of an account; return whether there was one."""
    owned = (api_keys.c.id == key_id) & (api_keys.c.user_id == user_id)
    return (await connection.execute(delete(api_keys).where(owned))).rowcount > 0


def _key(row: Sequence[Any]) -> Key:
    key_id, name, scopes, *times = row
    return Key(key_id, name, tuple(msgspec.convert(scopes.split(), list[Scope])), *times)

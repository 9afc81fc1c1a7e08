"""SQL of the attempts that are counted."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.accounts.attempts import Attempts
from cinedex.accounts.tables import attempts

# Both databases read this, and SQLAlchemy has no words that are for both.
_INSERT = text(
    "INSERT INTO attempts (key, failures, next_at, forgotten_at, known_until) "
    "VALUES (:key, 0, 0, 0, 0) ON CONFLICT (key) DO NOTHING"
)


async def read(connection: AsyncConnection, keys: Sequence[str]) -> list[Attempts]:
    """Return what is kept under these keys."""
    return _attempts(await connection.execute(_select(keys)))


async def lock(connection: AsyncConnection, keys: Sequence[str]) -> list[Attempts]:
    """Return what is kept under these keys, which must be sorted; nobody else counts before the transaction ends."""
    await connection.execute(_INSERT, [{"key": key} for key in keys])
    return _attempts(await connection.execute(_select(keys).with_for_update()))


async def save(connection: AsyncConnection, changed: Sequence[Attempts]) -> None:
    """Keep these values, whose rows are locked."""
    for one in changed:
        values = msgspec.structs.asdict(one)
        await connection.execute(update(attempts).where(attempts.c.key == one.key).values(values))


async def delete_forgotten(connection: AsyncConnection, now: int) -> None:
    """Delete what nobody would ask for any more."""
    is_forgotten = (attempts.c.forgotten_at <= now) & (attempts.c.known_until <= now)
    await connection.execute(delete(attempts).where(is_forgotten))


def _attempts(rows: Iterable[Row[Any]]) -> list[Attempts]:
    return [Attempts(*row) for row in rows]


def _select(keys: Sequence[str]) -> Select[Any]:
    # Each locks in this order, so that no two wait for one another.
    return select(attempts).where(attempts.c.key.in_(keys)).order_by(attempts.c.key)

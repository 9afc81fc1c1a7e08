"""The outbox: what changed, written in the same transaction as the change, read by whoever follows.

A follower reads entries after its own position, applies them, and only then moves its position. An entry
that cannot be applied is parked: it stays, with its reason, where `cinedex index status` counts it. What is
older than a week goes (`pruning.py`), and who would have to read it is told that it is gone.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.foundation.database import metadata
from cinedex.foundation.database.advisory import OUTBOX_CHANNEL, Advisory
from cinedex.foundation.database.bulk import insert_many

MOVIE: Final = "movie"
FORGOTTEN: Final = "forgotten"
"""The kind of the one entry that stands for itself and all before it, which are gone."""

outbox = Table(
    "outbox",
    metadata,
    # SQLite counts upwards without reuse (AUTOINCREMENT), so a position never means two entries.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("parked_reason", String(500), nullable=True),
    sqlite_autoincrement=True,
)
is_parked = outbox.c.parked_reason.is_not(None)
# Few are ever parked, and a follower asks for them with every change.
Index("ix_outbox_parked", outbox.c.id, sqlite_where=is_parked, postgresql_where=is_parked)


class Entry(msgspec.Struct, frozen=True):
    """One change: `id` is the position it stands at, `subject_id` what changed (added, edited or deleted)."""

    id: int
    kind: str
    subject_id: int


class HistoryGone(Exception):
    """Entries after a position are not kept any more: whoever stands there must begin anew."""


class Parked(msgspec.Struct, frozen=True):
    """An entry that could not be applied, and why."""

    id: int
    subject_id: int
    reason: str


async def append(connection: AsyncConnection, kind: str, subject_ids: Sequence[int]) -> None:
    """Note, inside the caller's transaction, that these subjects changed.

    The ids of entries become visible in their order: nobody who has read one can be surprised by a smaller one.
    """
    if subject_ids:
        await take_turn(connection)
        await insert_many(connection, outbox, [{"kind": kind, "subject_id": id_} for id_ in subject_ids])
        if connection.dialect.name == "postgresql":
            # Sent by the commit, to whoever follows.
            await connection.execute(select(func.pg_notify(OUTBOX_CHANNEL, "")))


async def take_turn(connection: AsyncConnection) -> None:
    """Wait until nobody else is changing the catalogue, and keep it so until the transaction ends.

    On SQLite a write transaction is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(Advisory.OUTBOX.value)))


async def read_after(connection: AsyncConnection, position: int, limit: int) -> list[Entry]:
    """Return at most `limit` entries after `position`, oldest first. Raises HistoryGone."""
    query = select(outbox.c.id, outbox.c.kind, outbox.c.subject_id).where(outbox.c.id > position)
    rows = await connection.execute(query.order_by(outbox.c.id).limit(limit))
    entries = [Entry(*row) for row in rows]
    if any(entry.kind == FORGOTTEN for entry in entries):
        raise HistoryGone
    return entries


async def goes_on_from(connection: AsyncConnection, position: int) -> bool:
    """Say whether all entries after `position` are there, and it is no later than the newest."""
    gone = select(outbox.c.id).where(outbox.c.id > position, outbox.c.kind == FORGOTTEN)
    has_gone = await connection.scalar(select(gone.exists()))
    return not has_gone and position <= await last_position(connection)


async def last_position(connection: AsyncConnection) -> int:
    """Return the position of the newest entry, 0 when nothing was ever written."""
    return (await connection.scalar(select(func.max(outbox.c.id)))) or 0


async def count_after(connection: AsyncConnection, position: int) -> int:
    """Return how many entries wait after `position`."""
    return (await connection.scalar(select(func.count()).where(outbox.c.id > position))) or 0


async def park(connection: AsyncConnection, entry_id: int, reason: str) -> None:
    """Set an entry aside with the reason it could not be applied."""
    await connection.execute(update(outbox).where(outbox.c.id == entry_id).values(parked_reason=reason[:500]))


async def parked(connection: AsyncConnection) -> list[Parked]:
    """Return all entries that were set aside, oldest first."""
    query = select(outbox.c.id, outbox.c.subject_id, outbox.c.parked_reason)
    rows = await connection.execute(query.where(is_parked).order_by(outbox.c.id))
    return [Parked(*row) for row in rows]


async def unpark(connection: AsyncConnection, subject_ids: Sequence[int]) -> None:
    """Clear the mark from entries whose subjects have been applied since."""
    if subject_ids:
        await connection.execute(
            update(outbox).where(is_parked, outbox.c.subject_id.in_(subject_ids)).values(parked_reason=None)
        )

"""Forgetting what changed long ago: the outbox holds a week, and who comes later than that is told so.

Entries bear no time. Now and then whoever follows notes which position was the newest; a week later all entries
up to that one go. The last of them stays as a mark (`outbox.FORGOTTEN`), which is never read past in silence.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import BigInteger, Column, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database, DatabaseUnavailable, metadata
from cinedex.foundation.outbox import FORGOTTEN, is_parked, last_position, outbox, take_turn

KEPT: Final = timedelta(days=7)
"""How long an entry is kept at least, counted from when it was first seen."""

LOOK_SECONDS = 600.0

# Those who change the catalogue wait meanwhile.
_AT_ONCE = 5_000

outbox_times = Table(
    "outbox_times",
    metadata,
    # The newest entry that there was at a time, in seconds since 1970.
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
)

log = structlog.get_logger()


async def prune_now_and_then(database: Database, is_due: Callable[[], bool], clock: Clock = utc_now) -> None:
    """Prune every ten minutes while `is_due`, until cancelled. What fails is logged, and tried the next time."""
    while True:
        if is_due():
            try:
                if removed := await prune(database, clock()):
                    log.info("outbox pruned", entries=removed)
            except DatabaseUnavailable as error:
                log.warning("outbox not pruned", cause=repr(error))
        await asyncio.sleep(LOOK_SECONDS)


async def prune(database: Database, now: datetime) -> int:
    """Remove the entries that were there a week before `now`; return how many those were.

    Those that are set aside stay. Several processes may prune at once. Raises DatabaseUnavailable.
    """
    async with database.transaction() as connection:
        await take_turn(connection)
        await _note(connection, now)
        position = await _newest_at(connection, now - KEPT)
        mark = None if position is None else await forget(connection, position)
    removed = 0
    while mark is not None:
        async with database.transaction() as connection:
            await take_turn(connection)
            some = await _remove_before(connection, mark)
        if not some:
            break
        removed += some
    return removed


async def forget(connection: AsyncConnection, position: int) -> int | None:
    """Have nobody follow any more from before the last entry up to `position`; return that entry, if there is one.

    Inside the caller's transaction, in which nobody else changes the outbox.
    """
    last = select(func.max(outbox.c.id)).where(outbox.c.id <= position, ~is_parked)
    mark: int | None = await connection.scalar(last)
    if mark is not None:
        await connection.execute(update(outbox).where(outbox.c.id == mark).values(kind=FORGOTTEN))
    return mark


async def _note(connection: AsyncConnection, now: datetime) -> None:
    newest = await last_position(connection)
    noted = await connection.scalar(select(func.max(outbox_times.c.position)))
    if newest > (noted or 0):
        await connection.execute(insert(outbox_times).values(position=newest, at=int(now.timestamp())))


async def _newest_at(connection: AsyncConnection, time: datetime) -> int | None:
    """Return the newest position that is known to have been there at a time, and forget the times before it."""
    seen = outbox_times.c.at <= int(time.timestamp())
    position: int | None = await connection.scalar(select(func.max(outbox_times.c.position)).where(seen))
    if position is not None:
        await connection.execute(delete(outbox_times).where(outbox_times.c.position < position))
    return position


async def _remove_before(connection: AsyncConnection, mark: int) -> int:
    """Remove some entries before the mark; return how many, 0 when none is left."""
    gone = (outbox.c.id < mark, ~is_parked)
    first: int | None = await connection.scalar(select(func.min(outbox.c.id)).where(*gone))
    if first is None:
        return 0
    removed = await connection.execute(delete(outbox).where(*gone, outbox.c.id < first + _AT_ONCE))
    return removed.rowcount

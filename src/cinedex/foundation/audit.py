"""The audit log: who did what to which film or account, written in the transaction of the change.

Rows are added and never changed; the database refuses anything else. No passwords, tokens or bodies are in it.
"""

import time
from typing import Final

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cinedex.foundation import origins
from cinedex.foundation.database import metadata

LONGEST_DETAIL: Final = 200
LONGEST_ADDRESS: Final = 45

_NEVER: Final = 2**62

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("detail", String(LONGEST_DETAIL), nullable=False),
    # Names as they were then: accounts are renamed and deleted.
    Column("actor_id", BigInteger, nullable=True),
    Column("actor", String(64), nullable=False),
    Column("by", String(60), nullable=False),
    Column("address", String(LONGEST_ADDRESS), nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_audit_subject", audit.c.subject)


class Entry(msgspec.Struct, frozen=True):
    """One thing that was done. `at` is in seconds since 1970."""

    id: int
    at: int
    kind: str
    subject: str
    detail: str
    actor_id: int | None
    actor: str
    by: str
    address: str


class Wanted(msgspec.Struct, frozen=True):
    """Which entries to read; an empty text is any."""

    actor: str = ""
    kind: str = ""
    subject: str = ""


async def note(
    connection: AsyncConnection,
    kind: str,
    subject: str = "",
    detail: str = "",
    *,
    actor: tuple[int, str] | None = None,
) -> None:
    """Note what the caller's transaction does, by `actor` (id and name) or whoever the running task acts for."""
    origin = origins.current()
    actor_id, name = actor or (origin.actor_id, origin.actor)
    row = {
        "at": int(time.time()),
        "kind": kind,
        "subject": subject,
        "detail": detail[:LONGEST_DETAIL],
        "actor_id": actor_id,
        "actor": name,
        "by": origin.by,
        "address": origin.address[:LONGEST_ADDRESS],
    }
    await connection.execute(insert(audit).values(row))


async def page(
    connection: AsyncConnection, wanted: Wanted, limit: int, before: int | None = None
) -> list[Entry]:
    """Return the newest entries that are wanted, from the id `before` on backwards."""
    query = select(audit).where(audit.c.id < (_NEVER if before is None else before))
    for column, text in ((audit.c.actor, wanted.actor), (audit.c.kind, wanted.kind)):
        if text:
            query = query.where(column == text)
    if wanted.subject:
        query = query.where(audit.c.subject == wanted.subject)
    found = await connection.execute(query.order_by(audit.c.id.desc()).limit(limit))
    return [Entry(*row) for row in found]

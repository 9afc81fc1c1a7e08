"""Reading the audit log."""

from cinedex.foundation import audit
from cinedex.foundation.audit import Entry, Wanted
from cinedex.foundation.database import Database


class AuditService:
    """Tells what was done, the newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: Wanted, limit: int, before: int | None = None) -> list[Entry]:
        """Return some `limit` entries that are wanted, the newest first, from the id `before` on backwards."""
        async with self._database.reading() as connection:
            return await audit.page(connection, wanted, limit, before)

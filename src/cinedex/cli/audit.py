"""`cinedex audit`: who did what, from the machine itself."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from cinedex.foundation import migrations
from cinedex.foundation.audit import Wanted
from cinedex.services import build_services
from cinedex.settings import read_settings


def audit(
    actor: Annotated[str, typer.Option(help="Only what this account did.")] = "",
    kind: Annotated[str, typer.Option(help='Only such things, as "film deleted".')] = "",
    subject: Annotated[str, typer.Option(help='Only what was done to this, as "account 3".')] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many entries at most.")] = 50,
) -> None:
    """Print who did what to which film or account, the newest first: time, kind, subject, detail, actor, from where."""
    asyncio.run(_print(Wanted(actor, kind, subject), limit))


async def _print(wanted: Wanted, limit: int) -> None:
    services = build_services(read_settings())
    try:
        await migrations.upgrade(services.database)
        for entry in await services.audit.page(wanted, limit):
            at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="seconds")
            parts = [at, entry.kind, entry.subject, entry.detail, entry.actor, entry.by, entry.address]
            print("\t".join(part or "-" for part in parts))
    finally:
        await services.close()

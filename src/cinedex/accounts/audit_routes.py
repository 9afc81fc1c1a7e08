"""The audit log over HTTP, for admins."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Self

import msgspec
from litestar import HttpMethod, Request, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from cinedex.accounts.audit import AuditService
from cinedex.accounts.guards import admin_or_403
from cinedex.accounts.schemas import NEVER_STORED
from cinedex.accounts.service import AccountService
from cinedex.foundation.audit import Entry, Wanted
from cinedex.foundation.bodies import decode_query
from cinedex.foundation.openapi import BEARER, parameters_of, reads, refusals
from cinedex.foundation.text import TEXT_PATTERN, check_characters

_LONGEST: Final = 80
_AS_TEXT: Final = {"pattern": TEXT_PATTERN}
_Text = Annotated[str, Meta(max_length=_LONGEST, extra_json_schema=_AS_TEXT)]


class AuditQuery(msgspec.Struct):
    """Which entries to list: of one `actor` by name, of one `kind`, about one `subject`."""

    actor: _Text = ""
    kind: _Text = ""
    subject: Annotated[_Text, Meta(description="As an entry tells it: account 1, film 12.")] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[
        str, Meta(pattern="^[0-9]{0,18}$", description="The `next_cursor` of the page before.")
    ] = ""

    def wanted(self) -> Wanted:
        """Return which entries these are. Raises Invalid."""
        # PostgreSQL takes no text with a zero in it, even to compare.
        for field, text in (("actor", self.actor), ("kind", self.kind), ("subject", self.subject)):
            check_characters(text, field)
        return Wanted(self.actor.strip(), self.kind.strip(), self.subject.strip())


class EntryBody(msgspec.Struct):
    """One thing that was done: `by` tells a session, a key or a command, `address` from where."""

    id: int
    at: datetime
    kind: str
    subject: str
    detail: str
    actor_id: int | None
    actor: str
    by: str
    address: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Shape an entry."""
        return cls(**msgspec.structs.asdict(entry) | {"at": datetime.fromtimestamp(entry.at, UTC)})


class AuditPage(msgspec.Struct):
    """Entries, the newest first; `next_cursor` is null on the last page."""

    entries: list[EntryBody]
    next_cursor: str | None


@route(
    "/api/v1/audit",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    summary="See what was done",
    response_description="A page of entries, the newest first.",
    tags=["audit"],
    operation_class=reads(headers=parameters_of(AuditQuery)),
    responses=refusals(400, 401, 403, 503),
    security=BEARER,
    cache_control=NEVER_STORED,
)
async def list_audit(
    request: Request[Any, Any, Any],
    accounts: NamedDependency[AccountService],
    audit: NamedDependency[AuditService],
) -> AuditPage:
    """Return who did what to which film or account, from where and when. For admins."""
    await admin_or_403(request, accounts)
    asked = decode_query(request.scope["query_string"], AuditQuery)
    before = int(asked.cursor) if asked.cursor else None
    found = await audit.page(asked.wanted(), asked.limit + 1, before)
    page = found[: asked.limit]
    return AuditPage(
        [EntryBody.of(entry) for entry in page], str(page[-1].id) if len(found) > len(page) else None
    )


ROUTES: Final[list[HTTPRouteHandler]] = [list_audit]

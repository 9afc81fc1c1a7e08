"""The guards that routes of other rooms call, behind two small routes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar, Request, get
from litestar.di import NamedDependency, Provide
from sqlalchemy import Engine, event, update

from cinedex.accounts.guards import admin_or_401, admin_or_403, editor_or_403, user_or_401
from cinedex.accounts.service import AccountService
from cinedex.accounts.tables import users
from cinedex.foundation import problems
from cinedex.services import Services

LogIn = Callable[[str], Awaitable[dict[str, Any]]]


@get("/old")
async def old(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> str:
    return (await admin_or_401(request, accounts)).username


@get("/new")
async def new(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> str:
    return (await admin_or_403(request, accounts)).username


@get("/films")
async def films(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> str:
    return (await editor_or_403(request, accounts)).username


@get("/any")
async def any_user(request: Request[Any, Any, Any], accounts: NamedDependency[AccountService]) -> str:
    return (await user_or_401(request, accounts)).username


@pytest.fixture
async def guarded(services: Services) -> AsyncIterator[AsyncClient]:
    async def accounts() -> AccountService:
        return services.accounts

    app = Litestar(
        [old, new, films, any_user],
        dependencies={"accounts": Provide(accounts)},
        exception_handlers=problems.HANDLERS,
        openapi_config=None,
    )
    async with AsyncClient(transport=ASGITransport(cast("Any", app)), base_url="http://cinedex") as client:
        yield client


@pytest.fixture
async def user(log_in: LogIn) -> dict[str, str]:
    """The headers of someone who is no admin."""
    return {"authorization": f"Bearer {(await log_in('alice'))['token']}"}


async def outcome(client: AsyncClient, path: str, headers: dict[str, str]) -> tuple[int, str]:
    answer = await client.get(path, headers=headers)
    return answer.status_code, answer.text if answer.status_code == 200 else answer.json()["code"]


@pytest.mark.parametrize("path", ["/old", "/new", "/films", "/any"])
async def test_an_admin_is_let_in(guarded: AsyncClient, admin: dict[str, str], path: str) -> None:
    assert await outcome(guarded, path, admin) == (200, "root")


@pytest.mark.parametrize("path", ["/old", "/new", "/films", "/any"])
@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, "token_missing"), ({"authorization": "Bearer a.b.c"}, "token_invalid")],
)
async def test_without_a_good_token_the_answer_is_401(
    guarded: AsyncClient, path: str, headers: dict[str, str], code: str
) -> None:
    assert await outcome(guarded, path, headers) == (401, code)


async def test_someone_who_is_no_admin_is_answered_401_by_old_routes_and_403_by_new_ones(
    guarded: AsyncClient, user: dict[str, str]
) -> None:
    assert await outcome(guarded, "/any", user) == (200, "alice")
    assert await outcome(guarded, "/old", user) == (401, "not_admin")
    assert await outcome(guarded, "/new", user) == (403, "not_admin")
    assert await outcome(guarded, "/films", user) == (403, "not_editor")


async def test_an_editor_is_let_in_to_films_only(
    guarded: AsyncClient, services: Services, user: dict[str, str]
) -> None:
    async with services.database.transaction() as connection:
        await connection.execute(update(users).values(role="editor"))
    assert await outcome(guarded, "/films", user) == (200, "alice")
    assert await outcome(guarded, "/old", user) == (401, "not_admin")
    assert await outcome(guarded, "/new", user) == (403, "not_admin")


async def test_a_disabled_account_is_refused_at_once(
    guarded: AsyncClient, services: Services, admin: dict[str, str]
) -> None:
    async with services.database.transaction() as connection:
        await connection.execute(update(users).values(disabled_at=1))
    assert await outcome(guarded, "/any", admin) == (401, "token_invalid")


async def test_the_three_refusals_have_three_messages(guarded: AsyncClient, user: dict[str, str]) -> None:
    cases: list[dict[str, str]] = [{}, {"authorization": "Bearer a.b.c"}, user]
    messages = {(await guarded.get("/old", headers=headers)).json()["message"] for headers in cases}
    assert len(messages) == 3


async def test_an_admin_who_is_one_no_more_is_refused_at_once(
    guarded: AsyncClient, services: Services, admin: dict[str, str]
) -> None:
    assert (await outcome(guarded, "/new", admin))[0] == 200
    async with services.database.transaction() as connection:
        await connection.execute(update(users).values(role="editor"))
    assert await outcome(guarded, "/new", admin) == (403, "not_admin")


async def test_an_admin_who_has_logged_out_is_refused_at_once(
    guarded: AsyncClient, other_worker: AsyncClient, admin: dict[str, str]
) -> None:
    assert (await other_worker.post("/api/v1/logout", headers=admin)).status_code == 200
    assert await outcome(guarded, "/new", admin) == (401, "token_invalid")


@pytest.mark.parametrize("path", ["/old", "/new", "/films"])
async def test_a_guard_asks_the_database_once(guarded: AsyncClient, admin: dict[str, str], path: str) -> None:
    with statements() as asked:
        await guarded.get(path, headers=admin)
    assert len(asked) == 1
    with statements() as asked:
        await guarded.get(path, headers={"authorization": "Bearer a.b.c"})
    assert asked == []


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what any connection is asked, transactions and settings aside."""
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        if not arguments[2].startswith(("BEGIN", "PRAGMA")):
            asked.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)

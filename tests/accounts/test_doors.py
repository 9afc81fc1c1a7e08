"""Who is let in to which call, as the table in docs/security.md has it: every call, every role, every scope."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient

from cinedex.accounts.models import Role, Scope
from cinedex.services import Services
from cinedex.settings import Settings

PAGE = Path(__file__).parents[2] / "docs/security.md"
PASSWORD = "correct horse"
ROLES: tuple[Role, ...] = ("user", "editor", "admin")
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")

# What is asked for where everybody, or any account, is let in, and not given here.
_ANSWERS_INSIDE = {"refresh_token_invalid", "invalid_credentials"}
_LET_IN: dict[str, set[str]] = {
    "everybody": {"nobody", *ROLES},
    "all accounts": set(ROLES),
    "all accounts, of their own": set(ROLES),
    "editors and admins": {"editor", "admin"},
    "admins": {"admin"},
}
_KEYS: dict[str, set[str]] = {"anything": {*SCOPES}, "nothing": set(), **{scope: {scope} for scope in SCOPES}}


def documented(*, is_public: bool) -> dict[str, set[str]]:
    """Return who is let in to each call: "nobody" in particular, a role, or a key as "key read"."""
    section = PAGE.read_text().partition("## Who may do what\n")[2].partition("\n## ")[0]
    told: dict[str, set[str]] = {}
    for calls, who, key in re.findall(r"^\| (`[^|]+`) \| ([^|]+) \| `?([a-z]+)`? \|$", section, re.MULTILINE):
        public, _, otherwise = who.partition(", or with `CINEDEX_PUBLIC_SEARCH=off` ")
        roles = _LET_IN[public if is_public or not otherwise else otherwise]
        # Where everybody is let in, what else a caller shows does not matter.
        scopes = set(SCOPES) if "nobody" in roles else _KEYS[key]
        for call in re.findall(r"`([A-Z]+ /[^`]+)`", calls):
            assert call not in told
            told[call] = roles | {f"key {scope}" for scope in scopes}
    return told


class Callers:
    """Headers of everybody who might call: logged in anew each time, since some calls end a session."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._keys: dict[str, str] = {}

    async def make(self) -> None:
        for number, role in enumerate(ROLES, start=1):
            await self._services.accounts.register(f"the {role}", PASSWORD)
            await self._services.people.change(number, role=role)
        # Another one, so that no call is refused for being the last.
        await self._services.accounts.create_admin("another", PASSWORD)
        admin = await self._services.people.named("the admin")
        for scope in SCOPES:
            _, self._keys[f"key {scope}"] = await self._services.accounts.keys.make(
                admin, "ci", [scope], None
            )

    async def headers(self, who: str) -> dict[str, str]:
        if who == "nobody":
            return {}
        if who in self._keys:
            return {"x-api-key": self._keys[who]}
        return {
            "authorization": f"Bearer {(await self._services.accounts.login(f'the {who}', PASSWORD)).access}"
        }


async def let_in(client: AsyncClient, call: str, headers: dict[str, str]) -> bool:
    method, _, path = call.partition(" ")
    path = path.replace("/users/{id}", "/users/999").replace("/movies/{id}", "/movies/999")
    body = None if method in {"GET", "HEAD"} else {"refresh_token": "none", "username": "x", "password": 7}
    answer = await client.request(method, path.replace("{id}", "999"), headers=headers, json=body)
    assert answer.status_code != 500
    if answer.status_code not in {401, 403}:
        return True
    return method != "HEAD" and answer.json()["code"] in _ANSWERS_INSIDE


async def operations(client: AsyncClient) -> list[str]:
    paths: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()["paths"]
    methods = {"get", "head", "post", "put", "patch", "delete"}
    return [
        f"{method.upper()} {path}" for path, calls in paths.items() for method in calls if method in methods
    ]


async def check(client: AsyncClient, services: Services, *, is_public: bool) -> None:
    callers = Callers(services)
    await callers.make()
    told = documented(is_public=is_public)
    calls = await operations(client)
    assert {call for call in calls if not call.startswith("HEAD ")} == told.keys()
    everybody = ["nobody", *ROLES, *(f"key {scope}" for scope in SCOPES)]
    for call in calls:
        wanted = told[call.replace("HEAD ", "GET ")]
        seen = {who for who in everybody if await let_in(client, call, await callers.headers(who))}
        assert seen == wanted, call


async def test_everybody_may_do_what_the_page_says_and_no_more(
    client: AsyncClient, services: Services
) -> None:
    await check(client, services, is_public=True)


async def test_a_token_of_nonsense_opens_no_more_than_none(client: AsyncClient) -> None:
    for headers in (
        {"authorization": "Bearer a.b.c"},
        {"authorization": "Basic cm9vdDpyb290"},
        {"x-api-key": "cdx_"},
    ):
        for call, who in documented(is_public=True).items():
            assert await let_in(client, call, headers) == ("nobody" in who), call


class TestReadingForAccountsOnly:
    """Where reading is not public."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, public_search=False)

    async def test_everybody_may_do_what_the_page_says(self, client: AsyncClient, services: Services) -> None:
        await check(client, services, is_public=False)

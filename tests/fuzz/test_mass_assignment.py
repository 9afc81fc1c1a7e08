"""Whatever else is sent beside the fields of a call has no effect: the catalogue is what it is without."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from httpx import AsyncClient

from catalogues import Catalogues
from cinedex.foundation.database import Database, metadata
from fuzz.opening import NOON, client_of, open_services

Values = dict[str, Any]
Encode = Callable[[Values, Values], dict[str, Any]]

FORM = "application/x-www-form-urlencoded"
PASSWORD, NEW = "correct horse battery", "staple of batteries"
PARASITE = {"name": "Parasite", "director": "Bong Joon Ho", "imdb_score": 8.5, "genre": "Drama", "year": 2019}

# Columns of every table, and what other programs call a privilege.
WANTED: Values = {column.name: 1 for table in metadata.tables.values() for column in table.columns} | {
    "role": "admin",
    "roles": ["admin"],
    "is_admin": True,
    "isAdmin": True,
    "admin": True,
    "is_superuser": True,
    "scopes": ["admin"],
    "permissions": ["*"],
    "disabled": False,
    "verified": True,
    "username": "root",
    "password": "another password",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA",
    "secret": "another secret",
    "actor": "root",
    "__class__": "User",
    "__proto__": "admin",
}


async def test_other_fields_have_no_effect(tmp_path: Path, catalogues: Catalogues, with_films: str) -> None:
    async def end_of(encode: Encode) -> tuple[dict[str, Any], dict[str, list[str]]]:
        folder = tmp_path / encode.__name__
        folder.mkdir()
        with catalogues.copy(with_films, folder) as url:
            services = open_services(folder, url, clock=lambda: NOON)
            await services.accounts.create_admin("root", PASSWORD)
            async with client_of(services) as client:
                document = (await client.get("/api/v1/openapi.json")).json()
                life = Life(client, encode, fields_of_bodies(document))
                return await life.live(), await everything(services.database)

    # Each in a task, so that who called last is not taken for who begins the next.
    (answered, rows), *others = [
        await asyncio.create_task(end_of(encode)) for encode in (as_json, as_more_json, as_more_of_a_form)
    ]
    for other_answered, other_rows in others:
        assert other_answered == answered
        for table, expected in rows.items():
            assert other_rows[table] == expected


def as_json(body: Values, _more: Values) -> dict[str, Any]:
    return {"json": body}


def as_more_json(body: Values, more: Values) -> dict[str, Any]:
    return {"json": more | body, "params": flat(more)}


def as_more_of_a_form(body: Values, more: Values) -> dict[str, Any]:
    return {"content": urlencode(flat(more) | body, doseq=True), "headers": {"content-type": FORM}}


class Life:
    """All calls that have a body, made once, by an admin and by somebody who registers."""

    def __init__(self, client: AsyncClient, encode: Encode, fields: dict[str, set[str]]) -> None:
        self._client = client
        self._encode = encode
        self._fields = fields
        self._answered: dict[str, Any] = {}

    async def live(self) -> dict[str, Any]:
        """Make them all; return what each answered, but for what is made by chance."""
        root = await self._log_in("root", PASSWORD)
        await self._call("POST /api/v1/register", {"username": "tom", "password": PASSWORD})
        tom = await self._log_in("tom", PASSWORD)
        await self._call("PATCH /api/v1/me", {"username": "thomas", "password": PASSWORD}, tom)
        passwords = {"current_password": PASSWORD, "new_password": NEW}
        await self._call("POST /api/v1/me/password", passwords, tom)
        await self._call("POST /api/v1/keys", {"name": "reader", "scopes": ["read"], "password": NEW}, tom)
        await self._call("POST /api/v1/search_movie", {"name": "dune"})
        await self._call("POST /api/v1/genres", {"title": "Film noir"}, root)
        await self._call("POST /api/v1/add_movie", PARASITE, root)
        await self._call("PATCH /api/v1/movies/{id}", {"votes": 5}, root, id=1)
        await self._call("PATCH /api/v1/users/{id}", {"role": "editor"}, root, id=2)
        await self._call("POST /api/v1/users/{id}/password", {"password": PASSWORD}, root, id=2)
        for name in ("ida", "victor"):
            await self._call("POST /api/v1/register", {"username": name, "password": PASSWORD})
        ida = await self._log_in("ida", PASSWORD)
        await self._call("DELETE /api/v1/me", {"password": PASSWORD}, ida)
        assert self._answered.keys() == self._fields.keys()
        return self._answered

    async def _log_in(self, username: str, password: str) -> str:
        tokens = await self._call("POST /api/v1/login", {"username": username, "password": password})
        renewed = await self._call("POST /api/v1/refresh", {"refresh_token": tokens["refresh_token"]})
        return str(renewed["token"])

    async def _call(self, call: str, body: Values, token: str = "", **places: int) -> Any:
        method, _, path = call.partition(" ")
        sent = self._encode(body, {name: it for name, it in WANTED.items() if name not in self._fields[call]})
        sent["headers"] = sent.get("headers", {}) | ({"authorization": f"Bearer {token}"} if token else {})
        response = await self._client.request(method, path.format_map(places), **sent)
        assert response.status_code < 300, (call, response.text)
        self._answered[call] = (response.status_code, without_chance(response.text))
        return response.json() if response.content else None


def fields_of_bodies(document: Values) -> dict[str, set[str]]:
    """Return the fields that each call with a body documents."""
    return {
        f"{method.upper()} {path}": {*call["requestBody"]["content"][FORM]["schema"]["properties"]}
        for path, calls in document["paths"].items()
        for method, call in calls.items()
        if "requestBody" in call
    }


async def everything(database: Database) -> dict[str, list[str]]:
    """Return each row of each table, but for what is made by chance."""
    found = {}
    async with database.reading() as connection:
        for name, table in metadata.tables.items():
            rows = await connection.execute(table.select())
            found[name] = sorted(without_chance(str(tuple(row))) for row in rows)
    return found


def without_chance(text: str) -> str:
    """Leave out moments, hashes, tokens and numbers of sessions and requests, which are others each time."""
    return re.sub(r"\$argon2id\S+|cdx_\w+|eyJ[\w.-]+|[\w-]{28,}|\b1\d{9}\b", "…", text)


def flat(values: Values) -> Values:
    """Return values as a form has them."""
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}

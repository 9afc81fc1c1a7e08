"""API keys: shown once, good for their scopes and what their owner may do, and refused at once when revoked."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st

from cinedex.accounts.key_schemas import KeyBody, KeyMade
from cinedex.accounts.key_secrets import key_hash, new_key
from cinedex.accounts.models import Key
from cinedex.services import Services
from cinedex.settings import Settings

KEYS, PASSWORD = "/api/v1/keys", "correct horse"
CI: dict[str, Any] = {"name": "ci", "scopes": ["read"], "password": PASSWORD}
PARASITE = {"name": "Parasite", "director": "Bong Joon Ho", "imdb_score": 8.5, "year": 2019}
SEARCH = "/api/v1/search_movie?name=parasite"

Headers = dict[str, str]
Make = Callable[..., Awaitable[Headers]]
LogIn = Callable[[str], Awaitable[dict[str, Any]]]


@pytest.fixture
def make(client: AsyncClient) -> Make:
    """Makes a key with these scopes as whoever has these headers, and returns the headers to use it."""

    async def make_key(owner: Headers, *scopes: str, days: int | None = None) -> Headers:
        made = await client.post(KEYS, headers=owner, json=CI | {"scopes": scopes, "days": days})
        assert made.status_code == 201, made.text
        return {"x-api-key": made.json()["key"]}

    return make_key


@pytest.fixture
async def tom(log_in: LogIn) -> Headers:
    return {"authorization": f"Bearer {(await log_in('tom'))['token']}"}


async def test_a_key_is_shown_once_and_stored_hashed(
    client: AsyncClient, services: Services, tom: Headers
) -> None:
    made = await client.post(KEYS, headers=tom, json=CI | {"name": " my phone ", "scopes": ["read", "read"]})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    key, about = made.json()["key"], made.json()["about"]
    assert key.startswith("cdx_")
    assert (about["name"], about["scopes"], about["expires_at"]) == ("my phone", ["read"], None)
    listed = await client.get(KEYS, headers=tom)
    assert listed.json() == {"keys": [about]}
    assert key not in listed.text
    async with services.database.reading() as connection:
        rows = [*await connection.exec_driver_sql("SELECT * FROM api_keys")]
    assert key not in str(rows)
    assert hashlib.sha256(key.encode()).hexdigest() in str(rows)


@pytest.mark.parametrize("form", ["x-api-key", "authorization"])
async def test_a_key_goes_in_either_header(
    client: AsyncClient, admin: Headers, make: Make, form: str
) -> None:
    key = (await make(admin, "write"))["x-api-key"]
    headers = {form: key if form == "x-api-key" else f"Bearer {key}"}
    assert (await client.post("/api/v1/add_movie", headers=headers, json=PARASITE)).status_code == 201


@pytest.mark.parametrize(
    ("scopes", "codes"),
    [
        (["read"], (403, 403)),
        (["write"], (201, 403)),
        (["admin"], (403, 200)),
        (["write", "admin"], (201, 200)),
    ],
)
async def test_a_key_does_what_its_scopes_name(
    client: AsyncClient, admin: Headers, make: Make, scopes: list[str], codes: tuple[int, int]
) -> None:
    key = await make(admin, *scopes)
    added = await client.post("/api/v1/add_movie", headers=key, json=PARASITE)
    users = await client.get("/api/v1/users", headers=key)
    assert (added.status_code, users.status_code) == codes


@pytest.mark.parametrize("scopes", [["write"], ["admin"], ["read", "admin"]])
async def test_nobody_makes_a_key_for_more_than_they_may_do(
    client: AsyncClient, tom: Headers, scopes: list[str]
) -> None:
    refused = await client.post(KEYS, headers=tom, json=CI | {"scopes": scopes})
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_grant")
    assert (await client.get(KEYS, headers=tom)).json() == {"keys": []}


@pytest.mark.usefixtures("admin")
async def test_a_key_may_do_what_its_owner_may_at_that_moment(
    client: AsyncClient, services: Services, make: Make
) -> None:
    await services.accounts.create_admin("ann", "correct horse")
    ann = await services.people.named("ann")
    answer = (
        await client.post("/api/v1/login", json={"username": "ann", "password": "correct horse"})
    ).json()
    key = await make({"authorization": f"Bearer {answer['token']}"}, "read", "write", "admin")
    assert (await client.get("/api/v1/users", headers=key)).status_code == 200
    await services.people.change(ann.id, role="editor")
    assert (await client.get("/api/v1/users", headers=key)).status_code == 403
    assert (await client.post("/api/v1/add_movie", headers=key, json=PARASITE)).status_code == 201
    await services.people.change(ann.id, role="user")
    assert (await client.delete("/api/v1/movies/1", headers=key)).status_code == 403
    assert (await client.get("/api/v1/me", headers=key)).status_code == 200
    await services.people.change(ann.id, disabled=True)
    assert (await client.get("/api/v1/me", headers=key)).status_code == 401
    await services.people.delete(ann.id)
    assert (await client.get("/api/v1/me", headers=key)).json()["code"] == "key_invalid"


async def test_a_revoked_key_is_refused_at_once_by_every_worker(
    client: AsyncClient, other_worker: AsyncClient, tom: Headers, make: Make
) -> None:
    key = await make(tom, "read")
    assert (await other_worker.get("/api/v1/me", headers=key)).status_code == 200
    [listed] = (await client.get(KEYS, headers=tom)).json()["keys"]
    assert (await client.delete(f"{KEYS}/{listed['id']}", headers=tom)).status_code == 204
    assert (await other_worker.get("/api/v1/me", headers=key)).status_code == 401
    assert (await client.delete(f"{KEYS}/{listed['id']}", headers=tom)).status_code == 404


async def test_a_key_expires(
    client: AsyncClient, tom: Headers, make: Make, advance: Callable[[int], None]
) -> None:
    key = await make(tom, "read", days=1)
    advance(86_399)
    assert (await client.get("/api/v1/me", headers=key)).status_code == 200
    advance(1)
    assert (await client.get("/api/v1/me", headers=key)).status_code == 401


async def test_its_last_use_is_known_to_a_minute(
    client: AsyncClient, tom: Headers, make: Make, advance: Callable[[int], None], statements: list[str]
) -> None:
    async def last_use() -> str | None:
        [listed] = (await client.get(KEYS, headers=tom)).json()["keys"]
        told: str | None = listed["last_used_at"]
        return told

    key = await make(tom, "read")
    assert await last_use() is None
    await client.get("/api/v1/me", headers=key)
    first = await last_use()
    assert first
    advance(59)
    statements.clear()
    await client.get("/api/v1/me", headers=key)
    assert not [statement for statement in statements if statement.startswith("UPDATE")]
    assert await last_use() == first
    advance(1)
    await client.get("/api/v1/me", headers=key)
    assert await last_use() != first


@pytest.mark.parametrize(
    "call",
    [
        ("POST", KEYS, CI),
        ("GET", KEYS, None),
        ("DELETE", f"{KEYS}/1", None),
        ("PATCH", "/api/v1/me", {"username": "tim", "password": PASSWORD}),
        ("DELETE", "/api/v1/me", {"password": "correct horse"}),
        ("POST", "/api/v1/me/password", {"current_password": "correct horse", "new_password": "other horse"}),
        ("GET", "/api/v1/sessions", None),
        ("POST", "/api/v1/logout_all", None),
    ],
)
async def test_what_is_the_owners_alone_takes_a_login(
    client: AsyncClient, tom: Headers, make: Make, call: tuple[str, str, dict[str, Any] | None]
) -> None:
    method, path, body = call
    key = await make(tom, "read")
    refused = await client.request(method, path, headers=key, json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "key_may_not")


async def test_a_key_of_somebody_else_is_not_there(
    client: AsyncClient, tom: Headers, make: Make, log_in: LogIn
) -> None:
    key = await make(tom, "read")
    [listed] = (await client.get(KEYS, headers=tom)).json()["keys"]
    other = {"authorization": f"Bearer {(await log_in('eve'))['token']}"}
    assert (await client.get(KEYS, headers=other)).json() == {"keys": []}
    for key_id in (listed["id"], 0, "x", 10**30):
        assert (await client.delete(f"{KEYS}/{key_id}", headers=other)).status_code == 404
    assert (await client.get("/api/v1/me", headers=key)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "ci"},
        {"name": "ci", "scopes": ["read"]},
        CI | {"scopes": []},
        CI | {"name": ""},
        CI | {"name": "a" * 81},
        CI | {"name": "a\x00b"},
        CI | {"name": "a\u202eb"},
        CI | {"scopes": ["root"]},
        CI | {"days": 0},
    ],
)
async def test_what_is_no_key_is_refused(client: AsyncClient, tom: Headers, body: dict[str, Any]) -> None:
    refused = await client.post(KEYS, headers=tom, json=body)
    assert refused.status_code == 400
    assert refused.json()["errors"]


async def test_a_key_may_be_made_by_a_form(client: AsyncClient, tom: Headers) -> None:
    made = await client.post(KEYS, headers=tom, data=CI | {"days": "30"})
    assert made.status_code == 201


@given(text=st.text(max_size=90))
def test_no_other_text_is_a_key(text: str) -> None:
    assert key_hash(text) is None
    key = new_key()
    assert key_hash(key)
    assert key_hash(key + text[:1]) is None or not text
    flipped = key[:10] + ("0" if key[10] != "0" else "1") + key[11:]
    assert key_hash(flipped) is None, "the checksum tells a slip without the database"


def test_a_key_does_not_show_itself() -> None:
    key = new_key()
    assert key not in repr(KeyMade(key, KeyBody.of(Key(1, "ci", ("read",), 0, None, None))))


class TestReadingForKeysOnly:
    """Where reading is not public."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, public_search=False)

    async def test_it_takes_a_key_for_reading(
        self, client: AsyncClient, services: Services, admin: Headers, make: Make
    ) -> None:
        await services.rebuilder.rebuild()
        reader, writer = await make(admin, "read"), await make(admin, "write")
        for path in (SEARCH, "/api/v1/movies", "/api/v1/suggest?q=par", "/api/v1/genres", "/?q=parasite"):

            async def ask(headers: Headers, path: str = path) -> Response:
                return await client.get(path, headers=headers)

            assert (await ask(reader)).status_code in {200, 404}
            assert (await ask(writer)).status_code == 403
            assert (await ask({"x-api-key": new_key()})).status_code == 401
            assert (await ask({})).status_code == 401

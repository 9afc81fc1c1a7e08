"""Making an account, over HTTP."""

import asyncio
import json
import unicodedata
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cinedex.accounts.look_alikes import mixes_scripts
from cinedex.accounts.models import User, username_key
from cinedex.accounts.passwords import Passwords
from cinedex.accounts.refusals import NotAdmin
from cinedex.accounts.tables import users
from cinedex.services import Services

REGISTER = "/api/v1/register"
GIVEN: dict[str, Any] = {"username": "alice", "password": "correct horse"}


async def count_users(services: Services) -> int:
    async with services.database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(users))).scalar_one()


@pytest.mark.parametrize("kind", ["json", "data"])
async def test_an_account_is_made(client: AsyncClient, kind: str) -> None:
    answer = await client.post(REGISTER, **as_body(kind, GIVEN))
    assert (answer.status_code, answer.json()) == (201, {"message": "Registration successful."})
    assert (await client.post("/api/v1/login", json=GIVEN)).status_code == 200


@pytest.mark.parametrize("change", [{"is_admin": False}, {"is_admin": None}])
async def test_someone_who_is_not_to_be_an_admin_needs_no_token(
    client: AsyncClient, change: dict[str, Any]
) -> None:
    assert (await client.post(REGISTER, json=GIVEN | change)).status_code == 201


async def test_a_token_that_is_not_needed_is_not_read(client: AsyncClient) -> None:
    answer = await client.post(REGISTER, json=GIVEN, headers={"authorization": "Bearer x"})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "   "}, "username"),
        ({"username": "a" * 65}, "username"),
        ({"username": "nul\x00"}, "username"),
        ({"username": 7}, "username"),
        ({"username": None}, "username"),
        ({"password": ""}, "password"),
        ({"password": "seven77"}, "password"),
        ({"password": "p" * 129}, "password"),
        ({"password": "p" * 5000}, "password"),
        ({"password": "bell\x07bell"}, "password"),
        ({"password": ["a", "b"]}, "password"),
        ({"is_admin": "true"}, "is_admin"),
        ({"is_admin": 1}, "is_admin"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_by_name(
    client: AsyncClient, services: Services, change: dict[str, Any], field: str
) -> None:
    answer = await client.post(REGISTER, json=GIVEN | change)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert await count_users(services) == 0


@pytest.mark.parametrize("missing", ["username", "password"])
@pytest.mark.parametrize("kind", ["json", "data"])
async def test_a_missing_field_is_named(client: AsyncClient, missing: str, kind: str) -> None:
    answer = await client.post(REGISTER, **as_body(kind, {k: v for k, v in GIVEN.items() if k != missing}))
    assert answer.status_code == 400
    assert answer.json()["message"] == "Missing data"
    assert answer.json()["errors"] == {missing: "missing"}


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"alice"', b"\xff", b"[" * 5000, b"{}"])
async def test_a_body_that_is_no_object_is_refused(client: AsyncClient, body: bytes) -> None:
    answer = await client.post(REGISTER, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"]


async def test_other_kinds_of_body_are_refused(client: AsyncClient) -> None:
    answer = await client.post(REGISTER, content=b"<user/>", headers={"content-type": "text/xml"})
    assert answer.status_code == 415


async def test_a_huge_body_is_refused(client: AsyncClient) -> None:
    assert (await client.post(REGISTER, json=GIVEN | {"username": "a" * 100_000})).status_code == 413


@pytest.mark.parametrize(
    ("first", "second"),
    [("zoe", "Zoë"), ("Zoë", "ZOE"), ("o'brien", "OBrien"), ("anna-lena", " Anna  Lena "), ("bob", "ｂｏｂ")],
)
async def test_two_spellings_of_one_name_are_the_same_name(
    client: AsyncClient, first: str, second: str
) -> None:
    assert (await client.post(REGISTER, json=GIVEN | {"username": first})).status_code == 201
    answer = await client.post(REGISTER, json=GIVEN | {"username": second})
    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")


async def test_lengths_are_measured_after_cleaning(client: AsyncClient) -> None:
    name, password = "n" * 64, "é" * 128
    decomposed = "e\u0301" * 128
    given = {"username": f"  {name}  ", "password": decomposed}
    assert (await client.post(REGISTER, json=given)).status_code == 201
    answer = await client.post("/api/v1/login", json={"username": name, "password": password})
    assert answer.status_code == 200


async def test_a_name_that_is_taken_is_refused_before_the_password_is_hashed(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.post(REGISTER, json=GIVEN)).status_code == 201
    monkeypatch.delattr(Passwords, "hash")
    assert (await client.post(REGISTER, json=GIVEN)).status_code == 409


async def test_of_many_who_ask_for_one_name_at_once_one_gets_it(
    client: AsyncClient, other_worker: AsyncClient, services: Services
) -> None:
    answers = await asyncio.gather(
        *(worker.post(REGISTER, json=GIVEN) for _ in range(50) for worker in (client, other_worker))
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 99}
    assert await count_users(services) == 1


@pytest.mark.parametrize("kind", ["json", "data"])
async def test_an_admin_makes_an_admin(client: AsyncClient, admin: dict[str, str], kind: str) -> None:
    wanted = GIVEN | {"is_admin": True if kind == "json" else "true"}
    assert (await client.post(REGISTER, **as_body(kind, wanted), headers=admin)).status_code == 201
    token = (await client.post("/api/v1/login", json=GIVEN)).json()["token"]
    another = GIVEN | {"username": "carol", "is_admin": True}
    answer = await client.post(REGISTER, json=another, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "token_missing"),
        ({"authorization": "Bearer "}, "token_missing"),
        ({"authorization": "Basic cm9vdDpyb290"}, "token_missing"),
        ({"authorization": "Bearer no.good.token"}, "token_invalid"),
    ],
)
async def test_no_admin_is_made_without_an_admins_token(
    client: AsyncClient, services: Services, headers: dict[str, str], code: str
) -> None:
    answer = await client.post(REGISTER, json=GIVEN | {"is_admin": True}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert await count_users(services) == 0


async def test_no_admin_is_made_by_someone_who_is_none(client: AsyncClient, services: Services) -> None:
    await client.post(REGISTER, json=GIVEN)
    token = (await client.post("/api/v1/login", json=GIVEN)).json()["token"]
    wanted = {"username": "mallory", "password": "correct horse", "is_admin": True}
    answer = await client.post(REGISTER, json=wanted, headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_admin")
    assert await count_users(services) == 1


@pytest.mark.parametrize("actor", [None, User(1, "mallory", "editor", 0)])
async def test_the_service_itself_makes_no_admin_for_others(services: Services, actor: User | None) -> None:
    with pytest.raises(NotAdmin):
        await services.accounts.register(**GIVEN, is_admin=True, actor=actor)
    assert await count_users(services) == 0
    await services.close()


names = st.text(max_size=70) | st.text(st.characters(categories=["L", "M", "N", "P", "Z", "C"]), max_size=70)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=names,
    password=st.text(max_size=140) | st.text(min_size=8, max_size=128),
    kind=st.sampled_from(["json", "data"]),
)
@example(name="ﷺ" * 64, password="ﷺ" * 128, kind="json")
@example(name="\u00a8", password="\u0301" * 128, kind="data")
async def test_any_text_is_accepted_or_refused_and_never_a_crash(
    client: AsyncClient, name: str, password: str, kind: str
) -> None:
    given = written(kind, {"username": name, "password": password})
    answer = await client.post(REGISTER, **given)
    assert answer.status_code in {201, 400, 409}
    assert answer.json()["message"]
    if answer.status_code == 201:
        assert (await client.post("/api/v1/login", **given)).status_code == 200


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(categories=["L", "M", "N", "P", "S"]), min_size=1, max_size=64))
async def test_whatever_folds_to_a_taken_name_is_taken(client: AsyncClient, name: str) -> None:
    key = username_key(name)
    assume(key and not mixes_scripts(name))
    assert (await client.post(REGISTER, json=GIVEN | {"username": name})).status_code in {201, 409}
    for spelling in (name.upper(), name.casefold(), f"  {name} ", unicodedata.normalize("NFKD", name)):
        if username_key(spelling) == key and not mixes_scripts(spelling):
            answer = await client.post(REGISTER, json=GIVEN | {"username": spelling})
            assert answer.status_code == 409


def as_body(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what the client takes for a body of this kind, "json" or "data"."""
    return {kind: fields}


def written(kind: str, fields: dict[str, str]) -> dict[str, Any]:
    """The same, lone surrogates and all, which the client itself would not write."""
    if kind == "json":
        return {"content": json.dumps(fields), "headers": {"content-type": "application/json"}}
    form = urlencode(fields, errors="surrogatepass")
    return {"content": form, "headers": {"content-type": "application/x-www-form-urlencoded"}}

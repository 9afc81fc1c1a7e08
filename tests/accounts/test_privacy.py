"""Passwords and tokens are shown to nobody: not in logs, not in errors, not when printed."""

import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import structlog
from httpx import AsyncClient

from cinedex.accounts.key_schemas import KeyToMake
from cinedex.accounts.password_rules import clean_password
from cinedex.accounts.schemas import (
    Confirmation,
    Credentials,
    LoggedIn,
    PasswordChange,
    PasswordReset,
    Registration,
    Rename,
    Renewal,
)
from cinedex.accounts.service import AccountService
from cinedex.foundation.errors import Invalid
from cinedex.services import Services

PASSWORD = "my secret horse"


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


async def test_a_whole_life_of_an_account_leaves_no_secret_in_the_logs(
    client: AsyncClient,
    services: Services,
    logged: list[Any],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    given = {"username": "alice", "password": PASSWORD}
    await client.post("/api/v1/register", json=given)
    await client.post("/api/v1/register", json=given)
    await client.post("/api/v1/register", json=given | {"password": PASSWORD * 20})
    await client.post("/api/v1/register", json={"username": "bob", "password": [PASSWORD]})
    await client.post("/api/v1/register", content=f'{{"password": "{PASSWORD}'.encode())
    await client.post("/api/v1/login", json=given | {"username": "bob"})
    first = (await client.post("/api/v1/login", json=given)).json()
    second = (await client.post("/api/v1/refresh", json={"refresh_token": first["refresh_token"]})).json()
    await client.post("/api/v1/refresh", json={"refresh_token": first["refresh_token"]})
    bearer = {"authorization": f"Bearer {second['token']}"}
    await client.post("/api/v1/logout", headers=bearer)
    third = (await client.post("/api/v1/login", json=given)).json()
    bearer = {"authorization": f"Bearer {third['token']}"}
    change = {"current_password": PASSWORD[1:], "new_password": PASSWORD}
    await client.post("/api/v1/me/password", json=change, headers=bearer)
    await client.post("/api/v1/me/password", json=change | {"current_password": PASSWORD}, headers=bearer)
    await client.request("DELETE", "/api/v1/me", json={"password": PASSWORD}, headers=bearer)
    shown = caplog.text + repr(logged) + "".join(capfd.readouterr())
    assert "session_revoked" in shown
    assert services.settings.secret
    secrets = [PASSWORD[1:], services.settings.secret]
    secrets += [tokens[name] for tokens in (first, second, third) for name in ("token", "refresh_token")]
    assert not [secret for secret in secrets if secret in shown]


async def test_a_crash_shows_no_password(
    client: AsyncClient, logged: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(AccountService, "_create", crash)
    answer = await client.post("/api/v1/register", json={"username": "alice", "password": PASSWORD})
    assert answer.status_code == 500
    assert [entry["event"] for entry in logged] == ["crash"]
    assert PASSWORD not in answer.text + repr(logged)


@pytest.mark.parametrize("password", [PASSWORD[:7], PASSWORD * 20, PASSWORD + "\x00", "Trustno1"])
def test_a_refused_password_is_not_repeated(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_password(password, "alice")
    assert password not in repr(refusal.value) + repr(refusal.value.fields)


@pytest.mark.parametrize(
    "value",
    [
        Registration("alice", PASSWORD),
        Credentials("alice", PASSWORD),
        Renewal(PASSWORD),
        Rename("alice", PASSWORD),
        KeyToMake("ci", ["read"], PASSWORD),
        PasswordChange(PASSWORD, PASSWORD),
        PasswordReset(PASSWORD),
        Confirmation(PASSWORD),
        LoggedIn("Login successful.", PASSWORD, PASSWORD, 600),
    ],
)
def test_what_is_read_and_answered_does_not_show_its_secrets(value: msgspec.Struct) -> None:
    assert PASSWORD in repr(msgspec.structs.asdict(value))
    assert PASSWORD not in f"{value} {value!r} {[value]}"


async def test_tokens_and_services_do_not_show_themselves(services: Services) -> None:
    await services.accounts.register("alice", PASSWORD)
    tokens = await services.accounts.login("alice", PASSWORD)
    for secret in (tokens.access, tokens.refresh, services.settings.secret):
        assert secret
        assert secret not in f"{tokens!r} {services!r} {services.accounts!r}"
    await services.close()

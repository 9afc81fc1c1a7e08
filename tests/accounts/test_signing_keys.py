"""Keys that sign are changed, and nobody is logged out by it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import jwt
import msgspec
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cinedex.accounts.passwords import Passwords
from cinedex.accounts.refusals import TokenRefused
from cinedex.accounts.secret_file import rotate_secret
from cinedex.accounts.service import AccountService
from cinedex.accounts.tokens import AccessTokens
from cinedex.services import Services, build_services
from cinedex.settings import Settings

OLD, NEW, OTHER = "o" * 40, "n" * 40, "x" * 40
CREDENTIALS = ("alice", "correct horse")
Serve = Callable[..., Any]


@pytest.fixture
async def serve(settings: Settings, services: Services, passwords: Passwords) -> Serve:
    """Opens the accounts of an installation that is started with these secrets."""
    await services.accounts.register(*CREDENTIALS)
    await services.close()

    @asynccontextmanager
    async def opened(secret: str | None, *previous: str) -> AsyncIterator[AccountService]:
        keys = msgspec.structs.replace(settings, secret=secret, previous_secrets=previous)
        built = build_services(keys, passwords=passwords)
        yield built.accounts
        await built.close()

    return opened


async def holder(accounts: AccountService, token: str) -> str:
    try:
        return (await accounts.sessions.caller(token)).user.username
    except TokenRefused:
        return "nobody"


async def test_a_previous_key_is_read_and_signs_no_more(serve: Serve) -> None:
    async with serve(OLD) as accounts:
        old = (await accounts.login(*CREDENTIALS)).access
    async with serve(NEW, OTHER, OLD) as accounts:
        assert await holder(accounts, old) == "alice"
        new = (await accounts.login(*CREDENTIALS)).access
        assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old)["kid"]
    async with serve(NEW) as accounts:
        assert await holder(accounts, new) == "alice"
        assert await holder(accounts, old) == "nobody"
    async with serve(OLD) as accounts:
        assert await holder(accounts, new) == "nobody"


async def test_a_refresh_token_outlives_every_key(serve: Serve) -> None:
    async with serve(OLD) as accounts:
        tokens = await accounts.login(*CREDENTIALS)
    async with serve(NEW) as accounts:
        renewed = await accounts.sessions.refresh(tokens.refresh)
        assert await holder(accounts, renewed.access) == "alice"


async def test_the_key_of_the_data_folder_is_rotated(serve: Serve, settings: Settings) -> None:
    tokens = []
    for _ in range(3):
        async with serve(None) as accounts:
            tokens.append((await accounts.login(*CREDENTIALS)).access)
            assert [await holder(accounts, token) for token in tokens[-2:]] == ["alice"] * len(tokens[-2:])
        rotate_secret(settings.secret_path)
    async with serve(None) as accounts:
        assert [await holder(accounts, token) for token in tokens] == ["nobody", "nobody", "alice"]


async def test_a_token_of_before_keys_had_names_is_read(serve: Serve) -> None:
    async with serve(OLD) as accounts:
        token = (await accounts.login(*CREDENTIALS)).access
        claims = jwt.decode(token, options={"verify_signature": False})
    async with serve(NEW, OLD) as accounts:
        for key, name in ((OLD, "alice"), (NEW, "alice"), (OTHER, "nobody")):
            assert await holder(accounts, jwt.encode(claims, key, algorithm="HS256")) == name


@pytest.mark.parametrize("key", [OLD, NEW])
async def test_a_key_is_asked_for_by_its_name_alone(serve: Serve, key: str) -> None:
    async with serve(NEW, OLD) as accounts:
        token = (await accounts.login(*CREDENTIALS)).access
        claims = jwt.decode(token, options={"verify_signature": False})
        ours = jwt.get_unverified_header(token)["kid"]
        for name in ("", "unknown", "../secret", ours.upper(), ours[:-1], f"{ours} "):
            forged = jwt.encode(claims, key, algorithm="HS256", headers={"kid": name})
            assert await holder(accounts, forged) == "nobody"
        swapped = jwt.encode(claims, OLD, algorithm="HS256", headers={"kid": ours})
        assert await holder(accounts, swapped) == "nobody"


secrets = st.text(st.characters(categories=["L", "N", "P"]), min_size=32, max_size=60)


@examples(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=secrets, other=secrets)
def test_the_name_of_a_key_tells_nothing_of_it(clock: Any, secret: str, other: str) -> None:
    assume(secret != other)
    names = [
        jwt.get_unverified_header(AccessTokens([key], 60).sign(1, "s", clock()))["kid"]
        for key in (secret, other, secret)
    ]
    assert names[0] == names[2] != names[1]
    assert len(names[0]) == 16
    assert not [part for part in secret.split() if len(part) > 3 and part in names[0]]

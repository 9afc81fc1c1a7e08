"""Attacks on access tokens: each forged, changed, stale or foreign one is refused."""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import pytest
from httpx import AsyncClient
from sqlalchemy import delete

from cinedex.accounts.tables import users
from cinedex.services import Services

LogIn = Callable[[str], Awaitable[dict[str, Any]]]
Advance = Callable[[int], None]

KEY = "k" * 40
NOON = 1_893_499_200  # the moment at which the service's clock stands


async def status_with(client: AsyncClient, token: str) -> int:
    """Whether the token opens anything: logging out asks for nothing else."""
    answer = await client.post("/api/v1/logout", headers={"authorization": f"Bearer {token}"})
    if answer.status_code != 200:
        assert answer.json()["code"] == "token_invalid"
    return answer.status_code


@pytest.fixture
async def token(log_in: LogIn) -> str:
    signed: str = (await log_in("alice"))["token"]
    return signed


@pytest.fixture
def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


async def test_the_token_itself_is_accepted(client: AsyncClient, token: str) -> None:
    assert await status_with(client, token) == 200


async def test_the_tests_own_signature_is_accepted(client: AsyncClient, claims: dict[str, Any]) -> None:
    assert await status_with(client, jwt.encode(claims, KEY, algorithm="HS256")) == 200


async def test_a_token_without_a_signature_is_refused(client: AsyncClient, claims: dict[str, Any]) -> None:
    unsigned = jwt.encode(claims, None, algorithm="none")
    assert await status_with(client, unsigned) == 401
    for algorithm in ("none", "None", "NONE", "nOnE", ""):
        head, _, rest = unsigned.partition(".")
        assert head
        forged = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{rest}"
        assert await status_with(client, forged) == 401
        assert await status_with(client, forged.rstrip(".")) == 401


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
async def test_another_algorithm_is_refused_even_with_our_key(
    client: AsyncClient, claims: dict[str, Any], algorithm: str
) -> None:
    assert await status_with(client, jwt.encode(claims, KEY, algorithm=algorithm)) == 401


@pytest.mark.parametrize("key", ["x" * 40, "k" * 39, "k" * 41, "K" * 40])
async def test_another_key_is_refused(client: AsyncClient, claims: dict[str, Any], key: str) -> None:
    assert await status_with(client, jwt.encode(claims, key, algorithm="HS256")) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "another"},
        {"sub": "2"},
        {"sub": 1},
        {"sub": "one"},
        {"sub": "-1"},
        {"sub": "9" * 30},
        {"sub": ""},
        {"sid": "0" * 32},
        {"sid": 1},
        {"sid": None},
        {"exp": 0},
        {"exp": -1},
        {"exp": "never"},
        {"exp": None},
        {"exp": True},
        {"iat": NOON + 31},
        {"iat": "noon"},
        {"iat": None},
        {"nbf": NOON + 31},
        {"nbf": "noon"},
        {"nbf": None},
        {"nbf": True},
    ],
)
async def test_claims_that_are_not_ours_are_refused_even_with_our_key(
    client: AsyncClient, claims: dict[str, Any], change: dict[str, Any]
) -> None:
    assert await status_with(client, jwt.encode(claims | change, KEY, algorithm="HS256")) == 401


@pytest.mark.parametrize("missing", ["sub", "sid", "iat", "exp", "aud", "iss"])
async def test_no_claim_may_be_left_out(client: AsyncClient, claims: dict[str, Any], missing: str) -> None:
    del claims[missing]
    assert await status_with(client, jwt.encode(claims, KEY, algorithm="HS256")) == 401


async def test_a_changed_payload_is_refused(client: AsyncClient, token: str, claims: dict[str, Any]) -> None:
    head, _, signature = token.split(".")
    for change in ({"exp": claims["exp"] + 1}, {"sub": "2"}, {}):
        changed = f"{head}.{part(claims | change)}.{signature}"
        assert changed == token or await status_with(client, changed) == 401
    assert await status_with(client, f"{part({'alg': 'HS256'})}.{token.partition('.')[2]}") == 401


async def test_a_token_is_refused_when_any_of_its_letters_changed(client: AsyncClient, token: str) -> None:
    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        assert await status_with(client, token[:place] + other + token[place + 1 :]) == 401
    # The last letter has bits to spare: none of its sixty-three other spellings is the token.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for letter in alphabet.replace(token[-1], ""):
        assert await status_with(client, token[:-1] + letter) == 401
    assert await status_with(client, token) == 200


async def test_text_around_a_token_is_refused(client: AsyncClient, token: str) -> None:
    for changed in (
        f"{token}=",
        f"{token}.",
        f".{token}",
        f"{token} x",
        token[:-1],
        token.upper(),
        f"{token}A",
    ):
        assert await status_with(client, changed) == 401


async def test_a_header_of_brackets_is_refused(client: AsyncClient) -> None:
    nested = base64.urlsafe_b64encode(b"[" * 50_000).decode().rstrip("=")
    assert await status_with(client, f"{nested}.e30.e30") == 401


async def test_a_token_is_good_until_it_expires(client: AsyncClient, token: str, advance: Advance) -> None:
    advance(600)
    assert await status_with(client, token) == 401
    advance(-1)
    assert await status_with(client, token) == 200


@pytest.mark.parametrize("change", [{"iat": NOON + 30}, {"nbf": NOON + 30}, {"nbf": NOON - 600}])
async def test_the_clock_of_another_node_may_be_a_little_ahead(
    client: AsyncClient, claims: dict[str, Any], change: dict[str, Any]
) -> None:
    assert claims["iat"] == NOON
    assert await status_with(client, jwt.encode(claims | change, KEY, algorithm="HS256")) == 200


async def test_a_refresh_token_is_no_access_token(client: AsyncClient, log_in: LogIn) -> None:
    assert await status_with(client, (await log_in("bob"))["refresh_token"]) == 401


async def test_the_token_of_a_deleted_account_is_refused(
    client: AsyncClient, services: Services, token: str
) -> None:
    async with services.database.transaction() as connection:
        await connection.execute(delete(users))
    assert await status_with(client, token) == 401


async def test_the_session_of_another_account_is_refused(
    client: AsyncClient, claims: dict[str, Any], log_in: LogIn
) -> None:
    other = jwt.decode((await log_in("bob"))["token"], options={"verify_signature": False})
    mixed = jwt.encode(claims | {"sid": other["sid"]}, KEY, algorithm="HS256")
    answer = await client.post(
        "/api/v1/register",
        json={"username": "carol", "password": "correct horse", "is_admin": True},
        headers={"authorization": f"Bearer {mixed}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def part(claims: dict[str, Any]) -> str:
    """One part of a token, written without a key."""
    return base64.urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode().rstrip("=")

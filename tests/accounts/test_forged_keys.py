"""Attacks on how a token says which key has signed it, and how: nothing but our own keys and algorithm is used."""

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import pytest
from httpx import AsyncClient

LogIn = Callable[[str], Awaitable[dict[str, Any]]]

KEY = "k" * 40
# A public key that anybody may have is a text like any other: nobody may sign with it as if it were a secret.
PUBLIC_KEY = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n"
)
DIGESTS = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def signed(header: dict[str, Any], claims: dict[str, Any], key: str, digest: str = "256") -> str:
    """Write a token with any header, and a MAC of it by this key."""
    text = f"{part(header)}.{part(claims)}"
    mac = hmac.digest(key.encode(), text.encode(), DIGESTS[digest])
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.fixture
async def token(log_in: LogIn) -> str:
    good: str = (await log_in("alice"))["token"]
    return good


@pytest.fixture
def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


@pytest.fixture
def kid(token: str) -> str:
    name: str = jwt.get_unverified_header(token)["kid"]
    return name


async def status_with(client: AsyncClient, token: str) -> int:
    answer = await client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
    if answer.status_code != 200:
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    return answer.status_code


async def test_what_these_tests_sign_is_taken_where_it_is_ours(
    client: AsyncClient, claims: dict[str, Any], kid: str
) -> None:
    assert await status_with(client, signed({"alg": "HS256", "typ": "JWT", "kid": kid}, claims, KEY)) == 200


@pytest.mark.parametrize(
    "algorithm",
    [
        "RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA", "HS384", "HS512",
        "none", "NONE", "hs256", "HS256 ", "", None, 256, ["HS256"], {"HS256": 1},
    ],
)  # fmt: skip
async def test_no_other_algorithm_is_used_whatever_the_key(
    client: AsyncClient, claims: dict[str, Any], kid: str, algorithm: object
) -> None:
    digest = str(algorithm)[-3:]
    for key in (KEY, PUBLIC_KEY, ""):
        for named in ({"kid": kid}, {}):
            header = {"alg": algorithm, "typ": "JWT"} | named
            forged = signed(header, claims, key, digest if digest in DIGESTS else "256")
            assert await status_with(client, forged) == 401
            assert await status_with(client, forged.rpartition(".")[0] + ".") == 401


async def test_a_public_key_is_no_secret_of_ours(
    client: AsyncClient, claims: dict[str, Any], kid: str
) -> None:
    for header in ({"alg": "HS256", "kid": kid}, {"alg": "HS256"}):
        for key in (PUBLIC_KEY, PUBLIC_KEY.strip(), "", "secret", kid):
            assert await status_with(client, signed(header, claims, key)) == 401


@pytest.mark.parametrize(
    "name",
    [
        "", "unknown", "0", "/dev/null", "../../../../dev/null", "file:///dev/null", "secret", "./secret",
        "' OR '1'='1", "x' UNION SELECT 'secret' --", "1; DROP TABLE users", "\x00", "k" * 5000, KEY,
        None, True, 0, 1.5, [], {}, ["a"], {"a": 1},
    ],
)  # fmt: skip
async def test_a_name_of_a_key_is_looked_up_and_nothing_else(
    client: AsyncClient, claims: dict[str, Any], name: object
) -> None:
    # An empty file, and an empty answer of a database, would be the empty key.
    for key in (KEY, "", "secret"):
        assert await status_with(client, signed({"alg": "HS256", "kid": name}, claims, key)) == 401
    assert (await client.get("/api/v1/genres")).status_code == 200


@pytest.mark.parametrize("field", ["jwk", "jku", "x5u", "x5c", "x5t", "crit"])
@pytest.mark.parametrize("key", ["attacker" * 5, ""])
async def test_a_key_that_a_token_brings_along_is_not_used(
    client: AsyncClient, claims: dict[str, Any], kid: str, field: str, key: str
) -> None:
    encoded = base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")
    brought: dict[str, Any] = {
        "jwk": {"kty": "oct", "k": encoded, "alg": "HS256", "kid": kid},
        "x5c": [encoded],
        "crit": ["exp"],
    }
    value = brought.get(field, "http://127.0.0.1:1/keys.json")
    for named in ({"kid": kid}, {}):
        assert await status_with(client, signed({"alg": "HS256", field: value} | named, claims, key)) == 401

"""Whether somebody has an account is not to be learnt by failing to log in: not by words, work or statements."""

from typing import Any, Literal

import argon2
import pytest
from httpx import AsyncClient

from cinedex.services import Services

LOGIN = "/api/v1/login"
PASSWORD, WRONG = "correct horse", "incorrect horse"
UNKNOWN = ["bob", "root", "alice2", "Álice B", "", "a" * 5000, "' OR 1=1 --", "\u202e"]


class WatchedHasher(argon2.PasswordHasher):
    """Notes the cost of each hash that a password is compared with, and of each that is made."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.done: list[argon2.Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 -- the library's name
        self.done.append(argon2.extract_parameters(str(hash)))
        return super().verify(hash, password)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        hashed = super().hash(password, salt=salt)
        self.done.append(argon2.extract_parameters(hashed))
        return hashed


@pytest.fixture
def hasher() -> WatchedHasher:
    return WatchedHasher()


@pytest.fixture
async def accounts(services: Services) -> None:
    """Alice, and one who is disabled."""
    await services.accounts.register("alice", PASSWORD)
    await services.accounts.register("disabled", PASSWORD)
    await services.people.change(2, disabled=True)


async def fail(client: AsyncClient, username: str, password: str = WRONG) -> dict[str, Any]:
    answer = await client.post(LOGIN, json={"username": username, "password": password})
    told = {name: value for name, value in answer.headers.items() if name not in {"x-request-id", "date"}}
    body = {name: value for name, value in answer.json().items() if name != "request_id"}
    return {"status": answer.status_code, "headers": told, "body": body, "length": len(answer.content)}


@pytest.mark.usefixtures("many_attempts", "accounts")
async def test_all_who_fail_are_answered_alike_after_the_same_work(
    client: AsyncClient, hasher: WatchedHasher, statements: list[str]
) -> None:
    # Whoever comes first clears away what was forgotten.
    await fail(client, "nobody at all")

    async def watched(username: str) -> tuple[Any, list[Any], list[str]]:
        hasher.done.clear()
        statements.clear()
        answer = await fail(client, username)
        return answer, list(hasher.done), list(statements)

    known, done, asked = await watched("alice")
    assert known["status"] == 401
    assert len(done) == 1
    assert asked
    for username in UNKNOWN:
        assert await watched(username) == (known, done, asked), username
    assert await watched("disabled") == (known, done, asked)


@pytest.mark.usefixtures("many_attempts", "accounts")
async def test_the_right_password_of_a_disabled_account_is_answered_as_a_wrong_one(
    client: AsyncClient, hasher: WatchedHasher
) -> None:
    hasher.done.clear()
    assert await fail(client, "disabled", PASSWORD) == await fail(client, "nobody", PASSWORD)
    assert len(hasher.done) == 2
    assert hasher.done[0] == hasher.done[1]

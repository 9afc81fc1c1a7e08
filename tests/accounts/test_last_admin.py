"""One admin who is not disabled is always left, whoever asks and however many at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient, Response

from cinedex.services import Services

Headers = dict[str, str]
Bearer = Callable[[str], Awaitable[Headers]]
Ask = Callable[[AsyncClient, int, Headers], Awaitable[Response]]

USERS = "/api/v1/users"


@pytest.fixture
def workers(client: AsyncClient, other_worker: AsyncClient) -> list[AsyncClient]:
    return [client, other_worker]


async def demote(client: AsyncClient, user_id: int, headers: Headers) -> Response:
    return await client.patch(f"{USERS}/{user_id}", json={"role": "editor"}, headers=headers)


async def disable(client: AsyncClient, user_id: int, headers: Headers) -> Response:
    return await client.patch(f"{USERS}/{user_id}", json={"disabled": True}, headers=headers)


async def delete(client: AsyncClient, user_id: int, headers: Headers) -> Response:
    return await client.delete(f"{USERS}/{user_id}", headers=headers)


async def leave(client: AsyncClient, _user_id: int, headers: Headers) -> Response:
    return await client.request("DELETE", "/api/v1/me", json={"password": "correct horse"}, headers=headers)


async def admins_left(services: Services) -> list[str]:
    everybody = await services.people.page("", 0, 100)
    return [user.username for user in everybody if user.is_admin and not user.is_disabled]


@pytest.mark.parametrize("ask", [demote, disable, delete, leave])
async def test_the_last_admin_stays(
    client: AsyncClient, services: Services, admin: Headers, bearer: Bearer, ask: Ask
) -> None:
    await bearer("alice")
    answer = await ask(client, 1, admin)
    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert (await client.get("/api/v1/me", headers=admin)).json()["role"] == "admin"
    # One who is disabled is no other admin; one who is not is.
    await services.people.change(2, role="admin", disabled=True)
    assert (await ask(client, 1, admin)).status_code == 409
    await services.people.change(2, disabled=False)
    assert (await ask(client, 1, admin)).is_success
    assert await admins_left(services) == ["alice"]


async def test_a_disabled_admin_may_be_demoted_and_deleted(
    client: AsyncClient, services: Services, admin: Headers, bearer: Bearer
) -> None:
    await bearer("alice")
    await services.people.change(2, role="admin", disabled=True)
    assert (await demote(client, 2, admin)).status_code == 200
    assert (await delete(client, 2, admin)).status_code == 204
    assert await admins_left(services) == ["root"]


@pytest.mark.parametrize("ask", [demote, disable, delete, leave])
async def test_admins_who_ask_at_once_leave_one(
    workers: list[AsyncClient], services: Services, admin: Headers, bearer: Bearer, ask: Ask
) -> None:
    everybody = [admin]
    for number in range(2, 6):
        everybody.append(await bearer(f"user {number}"))
        await services.people.change(number, role="admin")
    # Each asks for the next one, and the last for the first.
    asked: list[Any] = [
        ask(worker, number % len(everybody) + 1, headers)
        for number, headers in enumerate(everybody, start=1)
        for worker in workers
    ]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} <= {200, 204, 401, 403, 404, 409}
    assert len(await admins_left(services)) >= 1


@pytest.mark.parametrize("round_", range(5))
async def test_two_admins_who_demote_each_other_leave_one(
    workers: list[AsyncClient], services: Services, admin: Headers, bearer: Bearer, round_: int
) -> None:
    alice = await bearer("alice")
    await services.people.change(2, role="admin")
    order = [demote(workers[0], 2, admin), demote(workers[1], 1, alice)]
    answers = await asyncio.gather(*(order if round_ % 2 else order[::-1]))
    first, second = sorted(answer.status_code for answer in answers)
    assert first == 200
    assert second in {403, 409}
    assert len(await admins_left(services)) == 1

"""What nobody finds in an installation that was just made: an account, or a question that lets them in."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from cinedex.accounts.tables import users
from cinedex.movies.sample import load_sample
from cinedex.services import Services

LOGIN = "/api/v1/login"


async def test_no_account_comes_with_the_program(services: Services) -> None:
    await load_sample(services.movies)
    async with services.database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(users))).scalar_one() == 0
    await services.close()


@pytest.mark.usefixtures("many_attempts")
@pytest.mark.parametrize("name", ["root", "admin", "sa", "administrator", "cinedex", "test", "guest"])
async def test_no_name_that_everybody_tries_is_let_in(client: AsyncClient, name: str) -> None:
    for password in ("", name, "admin", "password", "cinedex", "changeme"):
        answer = await client.post(LOGIN, json={"username": name, "password": password})
        assert answer.status_code == 401


async def test_nothing_but_a_name_and_a_password_is_asked_of_anybody(client: AsyncClient) -> None:
    document: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    for path in ("register", "login", "me", "me/password", "users/{id}/password"):
        for call in document["paths"][f"/api/v1/{path}"].values():
            content = call.get("requestBody", {}).get("content", {})
            for media in content.values():
                assert set(media["schema"]["properties"]) <= {
                    "username",
                    "password",
                    "current_password",
                    "new_password",
                    "is_admin",
                }
    for word in ("email", "e-mail", "hint", "question", "phone"):
        assert word not in str(document["paths"].keys()).lower()
        assert word not in str(
            [schema.get("properties") for schema in document["components"]["schemas"].values()]
        )

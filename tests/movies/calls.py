"""What the tests of the catalogue's calls share: addresses, a real film, the shape of a refusal, the outbox."""

from typing import Any

from httpx import AsyncClient, Response

from cinedex.foundation import outbox
from cinedex.foundation.database import Database

Client = AsyncClient
Headers = dict[str, str]
ADD = "/api/v1/add_movie"
MOVIES = "/api/v1/movies"
FIRST = f"{MOVIES}/1"
WIZARD = {"name": "The Wizard of Oz", "imdb_score": 8.3, "director": "Victor Fleming"}


def refusal(response: Response, status: int) -> dict[str, Any]:
    """Return the body of a refusal that has this status and the shape of every error."""
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.json()
    assert body["message"]
    assert body["code"]
    assert body["request_id"] == response.headers["x-request-id"]
    return body


async def noted(database: Database) -> list[int]:
    """Return what the outbox says has changed, in order."""
    async with database.reading() as connection:
        return [entry.subject_id for entry in await outbox.read_after(connection, 0, 1000)]

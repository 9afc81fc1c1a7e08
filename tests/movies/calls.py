"""What the tests of `add_movie` share: the call, a real film, and the shape of a refusal."""

from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.testing import AsyncTestClient

Client = AsyncTestClient[Litestar]
Headers = dict[str, str]
ADD = "/api/v1/add_movie"
WIZARD = {"name": "The Wizard of Oz", "imdb_score": 8.3, "director": "Victor Fleming"}


def refusal(response: Response, status: int) -> dict[str, Any]:
    """Return the body of a refusal that has this status and the shape of every error."""
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.json()
    assert body["message"]
    assert body["code"]
    assert body["request_id"] == response.headers["x-request-id"]
    return body

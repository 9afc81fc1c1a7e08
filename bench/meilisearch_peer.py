"""Meilisearch by its HTTP API: name, director and year searchable, votes the last ranking rule."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from cinedex.movies.models import NewMovie

_LOOK_SECONDS = 0.1
_FIRST = 10


class Meilisearch:
    """One index of a running Meilisearch."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._index = f"cinedex-bench-{uuid4().hex[:12]}"
        self._path = f"/indexes/{self._index}"
        self._last_task: int | None = None

    def create(self) -> None:
        """Make the index, with its settings."""
        self._send("POST", "/indexes", json={"uid": self._index, "primaryKey": "id"})
        self.finish()
        # Read, not written down: they differ by version.
        rules = self._client.get(f"{self._path}/settings/ranking-rules").raise_for_status().json()
        settings = {
            "searchableAttributes": ["name", "director", "year"],
            "rankingRules": [*rules, "votes:desc"],
        }
        self._send("PATCH", f"{self._path}/settings", json=settings)

    def add(self, ids: Sequence[int], films: Sequence[NewMovie]) -> None:
        """Send films under these ids."""
        lines = b"\n".join(
            msgspec.json.encode(
                # A number is searched for by its digits only where it is text.
                {"id": id_, "name": film.name, "director": film.director, "year": str(film.year or "")}
                | {"votes": film.votes or 0}
            )
            for id_, film in zip(ids, films, strict=True)
        )
        headers = {"content-type": "application/x-ndjson"}
        self._send("POST", f"{self._path}/documents", content=lines, headers=headers)

    def finish(self) -> None:
        """Wait for the last task: tasks are done in order."""
        while (task := self._task())["status"] in {"enqueued", "processing"}:
            time.sleep(_LOOK_SECONDS)
        if task["status"] != "succeeded":
            raise httpx.HTTPError(f"a task {task['status']}: {(task.get('error') or {}).get('message', '')}")

    def search(self, text: str) -> list[int]:
        """Return the ids of the ten best films."""
        body = {"q": text, "limit": _FIRST, "attributesToRetrieve": ["id"]}
        answer = self._client.post(f"{self._path}/search", json=body).raise_for_status()
        return [hit["id"] for hit in answer.json()["hits"]]

    def remove(self) -> None:
        """Remove the index."""
        self._client.delete(self._path)

    def _send(self, method: str, path: str, **given: Any) -> None:
        """Send what becomes a task, and remember the task."""
        answer = self._client.request(method, path, **given).raise_for_status()
        self._last_task = answer.json()["taskUid"]

    def _task(self) -> dict[str, Any]:
        task: dict[str, Any] = self._client.get(f"/tasks/{self._last_task}").raise_for_status().json()
        return task

"""Elasticsearch, or OpenSearch, by its HTTP API: multi_match over name and director, fuzziness AUTO."""

from collections.abc import Sequence
from uuid import uuid4

import httpx
import msgspec

from cinedex.movies.models import NewMovie

_FIRST = 10
_MAPPING = {
    "settings": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"},
    "mappings": {
        "properties": {
            "name": {"type": "text"},
            "director": {"type": "text"},
            "year": {"type": "integer"},
            "votes": {"type": "integer"},
        }
    },
}


class Elasticsearch:
    """One index of a running Elasticsearch."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._path = f"/cinedex-bench-{uuid4().hex[:12]}"

    def create(self) -> None:
        """Make the index, with its settings."""
        self._client.put(self._path, json=_MAPPING).raise_for_status()

    def add(self, ids: Sequence[int], films: Sequence[NewMovie]) -> None:
        """Send films under these ids."""
        lines: list[bytes] = []
        for id_, film in zip(ids, films, strict=True):
            fields = {"name": film.name, "director": film.director, "year": film.year}
            lines += [
                msgspec.json.encode({"index": {"_id": str(id_)}}),
                msgspec.json.encode(fields | {"votes": film.votes or 0}),
            ]
        headers = {"content-type": "application/x-ndjson"}
        content = b"\n".join([*lines, b""])
        answer = self._client.post(f"{self._path}/_bulk", content=content, headers=headers).raise_for_status()
        if answer.json()["errors"]:
            raise httpx.HTTPError("some films were not taken")

    def finish(self) -> None:
        """Make all that was sent findable."""
        self._client.post(f"{self._path}/_refresh").raise_for_status()

    def search(self, text: str) -> list[int]:
        """Return the ids of the ten best films."""
        body = {
            "size": _FIRST,
            "_source": False,
            "query": {
                "multi_match": {"query": text, "fields": ["name", "director"], "fuzziness": "AUTO"},
            },
            # Of films that match equally well, the better known first.
            "sort": ["_score", {"votes": "desc"}],
        }
        answer = self._client.post(f"{self._path}/_search", json=body).raise_for_status()
        return [int(hit["_id"]) for hit in answer.json()["hits"]["hits"]]

    def remove(self) -> None:
        """Remove the index."""
        self._client.delete(self._path)

"""Many documents in one call, each judged by its own answer."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from cinedex.search.engines.cluster.transport import LOADER_SECONDS, Cluster
from cinedex.search.port import IndexUnavailable

_MOST_DOCUMENTS, _MOST_BYTES = 2_000, 1_000_000
_LONGEST_ACTION = 100
_OK, _CONFLICT, _TOO_MANY, _SERVER_ERROR = 300, 409, 429, 500
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 3.0
_LONGEST_REASON = 300

# What is wrong with a document, rather than with the index or the cluster.
_DOCUMENT_ERRORS = frozenset(
    [
        "document_parsing_exception",
        "illegal_argument_exception",
        "mapper_parsing_exception",
        "strict_dynamic_mapping_exception",
    ]
)


class _Cause(msgspec.Struct):
    reason: str | None = None


class _Error(msgspec.Struct):
    type: str
    reason: str | None = None
    caused_by: _Cause | None = None


class _Outcome(msgspec.Struct):
    status: int
    error: _Error | None = None

    @property
    def is_written(self) -> bool:
        """Whether the document is there, or a newer one is."""
        return self.status < _OK or self.status == _CONFLICT

    @property
    def is_busy(self) -> bool:
        """Whether trying again may help."""
        return self.status == _TOO_MANY or self.status >= _SERVER_ERROR

    @property
    def reason(self) -> str:
        """What is wrong, in the cluster's words."""
        if self.error is None:
            return f"status {self.status}"
        cause = None if self.error.caused_by is None else self.error.caused_by.reason
        told = (self.error.type, self.error.reason, cause)
        return ": ".join(text for text in told if text)[:_LONGEST_REASON]


class _Item(msgspec.Struct):
    index: _Outcome


class _Answer(msgspec.Struct):
    items: list[_Item]


async def write(cluster: Cluster, alias: str, documents: Mapping[int, bytes], version: int) -> dict[int, str]:
    """Write documents by id, each unless a newer version of it is there; return those refused, with the reasons.

    All others are durable then. Raises IndexUnavailable when that cannot be had within the loader's deadline.
    """
    refused: dict[int, str] = {}
    for ids in _chunks(documents):
        waiting = ids
        pause = _FIRST_PAUSE_SECONDS
        deadline = asyncio.get_running_loop().time() + LOADER_SECONDS
        while True:
            outcomes = await _send(cluster, alias, waiting, documents, version)
            busy = [movie_id for movie_id, outcome in outcomes if outcome.is_busy]
            for movie_id, outcome in outcomes:
                if outcome.is_written or outcome.is_busy:
                    continue
                if outcome.error is None or outcome.error.type not in _DOCUMENT_ERRORS:
                    raise IndexUnavailable(f"the search cluster does not write: {outcome.reason}")
                refused[movie_id] = outcome.reason
            if not busy:
                break
            if asyncio.get_running_loop().time() + pause > deadline:
                raise IndexUnavailable(
                    f"the search cluster is too busy to write: {dict(outcomes)[busy[0]].reason}"
                )
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            waiting = busy
    return refused


def _chunks(documents: Mapping[int, bytes]) -> Iterator[list[int]]:
    chunk: list[int] = []
    size = 0
    for movie_id, document in documents.items():
        if chunk and (len(chunk) == _MOST_DOCUMENTS or size + len(document) + _LONGEST_ACTION > _MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(movie_id)
        size += len(document) + _LONGEST_ACTION
    if chunk:
        yield chunk


async def _send(
    cluster: Cluster, alias: str, ids: Sequence[int], documents: Mapping[int, bytes], version: int
) -> list[tuple[int, _Outcome]]:
    lines = bytearray()
    for movie_id in ids:
        lines += b'{"index":{"_id":"%d","version":%d,"version_type":"external_gte"}}\n' % (movie_id, version)
        lines += documents[movie_id] + b"\n"
    # An index that was removed is not to be made again by writing to it: an alias never is.
    path = f"/{alias}/_bulk?require_alias=true&filter_path=items.*.status,items.*.error"
    answer = msgspec.convert(await cluster.bulk(path, bytes(lines)), _Answer)
    return list(zip(ids, (item.index for item in answer.items), strict=True))

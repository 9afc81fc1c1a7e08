"""Callers who go on whatever happens: some search, some add films, and all note what they were answered."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import cycle, pairwise
from time import monotonic
from typing import Any

import httpx
import msgspec

SEARCHERS, WRITERS = 6, 2
_TIMEOUT_SECONDS = 20
_PAUSE_AFTER_SEARCH_SECONDS = 0.02
# The sample's films must last.
_PAUSE_AFTER_WRITE_SECONDS = 0.25
NO_ANSWER = 0
"""The status of a call that was not answered at all."""


class Answer(msgspec.Struct, frozen=True):
    """What came of one call: `status` is NO_ANSWER where the connection was lost."""

    is_write: bool
    began: float
    ended: float
    status: int
    code: str

    @property
    def is_good(self) -> bool:
        """Whether the caller got what was asked for, be it that there is no such film, or that it is there already."""
        return self.status in {200, 201, 404, 409}


class Callers:
    """Searches and adds films at one address until it is ended."""

    def __init__(
        self, address: str, token: str, searches: Sequence[str], films: Iterator[dict[str, Any]]
    ) -> None:
        self.address = address
        self._token = token
        self._searches = cycle(searches)
        self._films = films
        self._is_over = False
        self.answers: list[Answer] = []
        self.added: dict[int, dict[str, Any]] = {}
        """The films whose adding was answered, by id."""

    async def run(self) -> None:
        """Call until `end`."""
        limits = httpx.Limits(max_connections=SEARCHERS + WRITERS)
        async with (
            httpx.AsyncClient(base_url=self.address, timeout=_TIMEOUT_SECONDS, limits=limits) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(SEARCHERS):
                group.create_task(self._search(client))
            for _ in range(WRITERS):
                group.create_task(self._add(client))

    def end(self) -> None:
        """Let each caller end after the call that is under way."""
        self._is_over = True

    async def _search(self, client: httpx.AsyncClient) -> None:
        while not self._is_over:
            await self._call(client, "GET", "/api/v1/search_movie", params={"name": next(self._searches)})
            await asyncio.sleep(_PAUSE_AFTER_SEARCH_SECONDS)

    async def _add(self, client: httpx.AsyncClient) -> None:
        headers = {"authorization": f"Bearer {self._token}"}
        for film in self._films:
            answered = None
            while not self._is_over and not (answered and answered.status in {201, 409}):
                answered = await self._call(client, "POST", "/api/v1/add_movie", json=film, headers=headers)
                await asyncio.sleep(_PAUSE_AFTER_WRITE_SECONDS)
            if self._is_over:
                return
        raise SystemExit("all films were added before the end")

    async def _call(self, client: httpx.AsyncClient, method: str, path: str, **given: Any) -> Answer:
        began, status, code = monotonic(), NO_ANSWER, ""
        with suppress(httpx.TransportError):
            response = await client.request(method, path, **given)
            status, body = response.status_code, response.json()
            code = body.get("code", "")
            if status == httpx.codes.CREATED:
                self.added[body["movie"]["id"]] = given["json"]
        self.answers.append(Answer(method == "POST", began, monotonic(), status, code))
        return self.answers[-1]


def longest_gap(answers: Sequence[Answer], begin: float, end: float) -> float:
    """Return the longest time between `begin` and `end` in which no call was answered well, in seconds."""
    good = sorted(one.ended for one in answers if one.is_good and begin <= one.ended <= end)
    moments = [begin, *good, end]
    return max(after - before for before, after in pairwise(moments))


def statuses(answers: Sequence[Answer]) -> Counter[str]:
    """Return how many calls were answered how: by status, and by code where it is a refusal."""
    named = ("lost" if one.status == NO_ANSWER else f"{one.status} {one.code}".strip() for one in answers)
    return Counter(named)

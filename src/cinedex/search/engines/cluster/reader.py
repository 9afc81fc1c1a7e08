"""The read side of the index in a cluster: where it stands.

Searches, lists and suggestions are not answered from here yet: the service answers them by the database's titles.
"""

from collections.abc import Sequence
from typing import NoReturn

from cinedex.search.engines.cluster.names import is_readable
from cinedex.search.engines.cluster.schema import POSITION
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.models import Found, Listing, Mark, Page, SearchQuery, Suggestion
from cinedex.search.port import IndexUnavailable


class ClusterEngine:
    """Reads the live generation; see `port.SearchEngine`."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def mark(self) -> Mark:
        """Return where the index stands. Raises IndexUnavailable."""
        alias = self._cluster.address.name
        # Asked of the alias, one answer tells both, and they belong together.
        answer = await self._cluster.read("GET", f"/{alias}/_doc/{POSITION}?_source=false")
        if not is_readable(alias, answer["_index"]):
            raise IndexUnavailable("the index has the schema of another version")
        return Mark(answer["_index"], answer["_version"])

    async def search(self, query: SearchQuery) -> Found:  # noqa: ARG002 -- the port's shape
        """Raise IndexUnavailable."""
        _refuse()

    async def list(self, listing: Listing) -> Page:  # noqa: ARG002 -- the port's shape
        """Raise IndexUnavailable."""
        _refuse()

    async def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:  # noqa: ARG002 -- the port's shape
        """Raise IndexUnavailable."""
        _refuse()

    async def genres(self) -> Sequence[str]:
        """Raise IndexUnavailable."""
        _refuse()

    def close(self) -> None:
        """The connections are the index's, which closes them."""


def _refuse() -> NoReturn:
    raise IndexUnavailable("a search cluster is not searched yet")

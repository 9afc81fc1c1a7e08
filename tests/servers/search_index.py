"""An index of a test's own in the node that all tests of a run share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from cinedex.search.address import SearchAddress
from servers.search_home import RELEASES
from servers.search_node import search_node

# Made once: to read the authorities of the system takes longer than all that is asked here.
_client = httpx.Client(timeout=60, trust_env=False)


@contextmanager
def search_index(release: str, run_folder: Path, user: str = "") -> Iterator[str]:
    """Yield the address of an index that nobody has used, and remove all that was made there in the end.

    `user` stands before the host, as "name:password@".
    """
    node = search_node(release, run_folder)
    url = f"{RELEASES[release].product}://{user}127.0.0.1:{node.port}/t{uuid4().hex[:12]}"
    try:
        yield url
    finally:
        remove_index(SearchAddress.parse(url))


def generations_of(address: SearchAddress) -> list[str]:
    """Return the names of all generations of an index."""
    answer = _client.get(_url(address, f"{address.name}-v*/_alias?expand_wildcards=all"))
    return list(answer.raise_for_status().json())


def remove_index(address: SearchAddress) -> None:
    """Remove all generations of an index."""
    if names := generations_of(address):
        _client.delete(_url(address, ",".join(names))).raise_for_status()


def _url(address: SearchAddress, path: str) -> str:
    [host] = address.hosts
    return f"http://{host.name}:{host.port}/{path}"

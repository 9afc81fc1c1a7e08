"""Who leads among several nodes follows from the index: each its own, or one that all share."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.leading import LedElsewhere
from cinedex.foundation.urls import DatabaseUrl
from cinedex.search.address import SearchAddress
from cinedex.search.port import IndexUnavailable
from cinedex.search.standing import Tiers
from cinedex.services import Services, build_services
from cinedex.settings import Settings
from tiers import REPLICA

# Nobody listens there, and nobody is asked: to lead needs the database alone.
SHARED = SearchAddress.parse("opensearch://127.0.0.1:9")


@pytest.fixture
async def nodes(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: DatabaseUrl | None
) -> AsyncIterator[list[Services]]:
    """Two nodes, each with a folder of its own, on one database."""
    made = [
        build_services(
            Settings(data_dir=tmp_path / name, database_url=database_url, search_url=request.param)
        )
        for name in ("first", "second")
    ]
    yield made
    for services in made:
        await services.close()


@pytest.mark.tiers(REPLICA, reason="a file is no database of several nodes")
@pytest.mark.parametrize("nodes", [None], indirect=True)
async def test_each_node_leads_an_index_of_its_own(nodes: list[Services]) -> None:
    async with AsyncExitStack() as stack:
        for node in nodes:
            assert (await stack.enter_async_context(node.lead.hold()))()


@pytest.mark.tiers(REPLICA, reason="a file is no database of several nodes")
@pytest.mark.parametrize("nodes", [SHARED], indirect=True, ids=["shared"])
async def test_one_of_all_nodes_leads_an_index_that_they_share(nodes: list[Services]) -> None:
    first, second = nodes
    async with first.lead.hold():
        with pytest.raises(LedElsewhere):
            async with second.lead.hold():
                pass
    async with second.lead.hold() as is_held:
        assert is_held()


@pytest.mark.tiers(REPLICA, reason="a file is no database of several nodes")
@pytest.mark.parametrize("nodes", [SHARED], indirect=True, ids=["shared"])
async def test_one_of_all_nodes_builds_an_index_that_they_share(nodes: list[Services]) -> None:
    first, second = nodes
    async with first.database.lead(Advisory.BUILD).hold():
        # Nobody is asked for what is refused here.
        with pytest.raises(IndexUnavailable, match="another rebuild is running"):
            await second.index.create("7d1f0c", Tiers())

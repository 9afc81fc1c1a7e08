"""Builds on a cluster that two machines begin, each with a lock of its own: one is published, the other one fails."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cinedex.foundation.leading import FileLead, IsHeld, Lead
from cinedex.movies.models import NewMovie
from cinedex.search.engines.cluster.generations import ClusterIndex
from cinedex.search.engines.cluster.transport import Cluster
from cinedex.search.port import IndexUnavailable
from cinedex.search.standing import Tiers
from contracts.cluster_place import ClusterPlace
from contracts.indexes import CATALOGUE, publish_new, write
from films import ALIEN, HEAT, JAWS, document


class AtOnce(ClusterIndex):
    """Goes on from its first look at the generations when another one has looked as well."""

    def __init__(self, cluster: Cluster, builds: Lead, looked: asyncio.Barrier) -> None:
        super().__init__(cluster, builds)
        self._looked: asyncio.Barrier | None = looked

    async def _generations(self) -> dict[str, frozenset[str]]:
        found = await super()._generations()
        looked, self._looked = self._looked, None
        if looked is not None:
            await looked.wait()
        return found


class LostLead:
    """A lead whose connection is lost as soon as it is held."""

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[IsHeld]:
        yield lambda: False


@pytest.fixture
def place(cluster: ClusterPlace) -> ClusterPlace:
    return cluster


async def build(index: ClusterIndex, films: Mapping[int, NewMovie]) -> str:
    """Build a generation as a rebuild does: given up where it fails."""
    writer = await index.create(CATALOGUE, Tiers())
    generation = writer.mark.generation
    try:
        await write(writer, films, 1)
        await index.publish(generation)
    except IndexUnavailable:
        await index.discard(generation)
        raise
    return generation


@pytest.mark.parametrize("is_first", [True, False])
async def test_of_two_that_begin_at_once_one_is_published_and_the_other_leaves_nothing(
    place: ClusterPlace, tmp_path: Path, *, is_first: bool
) -> None:
    kept = set() if is_first else {await publish_new(place.index(), {9: ALIEN})}
    looked = asyncio.Barrier(2)
    catalogues = {"one": {1: HEAT}, "other": {2: JAWS}}
    ends = await asyncio.gather(
        *(
            build(AtOnce(place.cluster, FileLead(tmp_path / f"{name}.lock"), looked), films)
            for name, films in catalogues.items()
        ),
        return_exceptions=True,
    )
    [published] = [end for end in ends if isinstance(end, str)]
    [failed] = [end for end in ends if isinstance(end, IndexUnavailable)]
    assert f"{published} was published meanwhile" in str(failed)
    assert await place.index().live_generation() == published
    assert await place.generations() == {published, *kept}
    [(movie_id, film)] = [*catalogues.values()][ends.index(published)].items()
    assert await place.index().digests() == {movie_id: document(movie_id, film).digest}


async def test_a_build_that_is_overtaken_fails_and_the_newer_one_stays(
    place: ClusterPlace, tmp_path: Path
) -> None:
    overtaken = ClusterIndex(place.cluster, FileLead(tmp_path / "another machine.lock"))
    slow = await overtaken.create(CATALOGUE, Tiers())
    published = await publish_new(place.index(), {1: HEAT})
    with pytest.raises(IndexUnavailable):
        await overtaken.publish(slow.mark.generation)
    await overtaken.discard(slow.mark.generation)
    assert await place.index().live_generation() == published
    assert await place.generations() == {published}


async def test_who_has_lost_the_turn_to_build_publishes_nothing(place: ClusterPlace) -> None:
    with pytest.raises(IndexUnavailable, match="the turn to build was lost"):
        await build(ClusterIndex(place.cluster, LostLead()), {1: HEAT})
    assert await place.generations() == set()


async def test_on_one_machine_the_second_build_is_refused_before_it_begins(
    place: ClusterPlace,
) -> None:
    index = place.index()
    first = await index.create(CATALOGUE, Tiers())
    for other in (index, place.index()):
        with pytest.raises(IndexUnavailable, match="another rebuild is running"):
            await other.create(CATALOGUE, Tiers())
    await index.publish(first.mark.generation)
    assert await place.generations() == {first.mark.generation}

"""What a search cluster adds to an index: late writers, refusals of single documents, a cluster that is busy."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from cinedex.foundation.leading import FileLead
from cinedex.movies.models import new_movie
from cinedex.search.engines.cluster import bulk, generations, writer
from cinedex.search.engines.cluster.generations import ClusterIndex
from cinedex.search.engines.cluster.names import writer_alias
from cinedex.search.models import Mark, SearchQuery
from cinedex.search.port import DocumentRefused, IndexDamaged, IndexUnavailable
from cinedex.search.standing import Tiers
from contracts.cluster_place import ClusterPlace
from contracts.indexes import CATALOGUE, found, opened, publish_new, write
from films import ALIEN, BRAZIL, FARGO, FILMS, HEAT, JAWS, PSYCHO, document

# The longest term that Lucene takes has 32,766 bytes.
UNTAKEABLE = msgspec.structs.replace(document(3, FARGO), name="x" * 40_000)


@pytest.fixture
def place(cluster: ClusterPlace) -> ClusterPlace:
    return cluster


async def test_no_late_write_brings_a_deleted_film_back(place: ClusterPlace) -> None:
    generation = await publish_new(place.index(), {1: HEAT})
    # So soon the cluster forgets the versions of documents that are deleted, not only emptied.
    await place.cluster.load("PUT", f"/{generation}/_settings", {"index.gc_deletes": "0s"})
    late, leader = await opened(place), await opened(place)
    await late.stage([document(1, HEAT)], [])
    await leader.stage([], [1])
    await leader.commit(5)
    with pytest.raises(IndexUnavailable):
        await late.commit(4)
    assert await place.index().digests() == {}
    assert await place.index().count(generation) == 0
    assert await found(place.engine(), "heat") == []
    assert await place.engine().mark() == Mark(generation, 5)


async def test_a_document_that_the_cluster_refuses_is_named_and_the_others_go_on(place: ClusterPlace) -> None:
    await publish_new(place.index(), {3: HEAT})
    following = await opened(place)
    await following.stage([document(2, JAWS), UNTAKEABLE, document(4, ALIEN)], [])
    with pytest.raises(DocumentRefused, match="name") as refusal:
        await following.commit(2)
    assert refusal.value.movie_id == 3
    assert (await place.engine().mark()).position == following.mark.position == 1
    await following.commit(2)
    assert (await place.engine().mark()).position == 2
    assert await place.index().digests() == {
        2: document(2, JAWS).digest,
        3: document(3, HEAT).digest,
        4: document(4, ALIEN).digest,
    }


async def test_each_of_several_that_are_refused_is_named(place: ClusterPlace) -> None:
    await publish_new(place.index(), {})
    following = await opened(place)
    await following.stage([msgspec.structs.replace(UNTAKEABLE, id=at) for at in (5, 6)], [])
    refused = set()
    for _ in range(2):
        with pytest.raises(DocumentRefused) as refusal:
            await following.commit(2)
        refused.add(refusal.value.movie_id)
    await following.commit(2)
    assert refused == {5, 6}


async def test_a_build_is_sent_as_it_comes(place: ClusterPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_MOST_STAGED", 2)
    monkeypatch.setattr(bulk, "_MOST_DOCUMENTS", 2)
    monkeypatch.setattr(generations, "_PAGE", 5)
    index = place.index()
    build = await index.create(CATALOGUE, Tiers())
    films = [document(at, film) for at, film in enumerate(FILMS, 1)]
    for at in range(0, len(films), 3):
        await build.stage(films[at : at + 3], [])
    with pytest.raises(DocumentRefused):
        await build.stage([document(99, BRAZIL), msgspec.structs.replace(UNTAKEABLE, id=98)], [])
    assert build.mark.position == 0
    await build.commit(7)
    assert await index.digests(build.mark.generation) == {
        film.id: film.digest for film in (*films, document(99, BRAZIL))
    }
    await index.discard(build.mark.generation)


@pytest.mark.parametrize("most_bytes", [1, 2_000])
async def test_no_call_holds_more_than_its_share(
    place: ClusterPlace, monkeypatch: pytest.MonkeyPatch, most_bytes: int
) -> None:
    monkeypatch.setattr(bulk, "_MOST_BYTES", most_bytes)
    await publish_new(place.index(), dict(enumerate(FILMS, 1)))
    assert len(await place.index().digests()) == len(FILMS)


async def test_a_large_film_comes_back_as_it_was(place: ClusterPlace) -> None:
    film = new_movie(name="M " * 249, director="é" * 200, cast=[f"{'ü' * 190} {at}" for at in range(100)])
    await publish_new(place.index(), {7: film})
    [hit] = (await place.engine().search(SearchQuery("m"))).hits
    assert (hit.id, hit.answer) == (7, document(7, film).answer)


async def test_a_busy_cluster_is_asked_again(place: ClusterPlace) -> None:
    generation = await publish_new(place.index(), {1: HEAT})
    # As a cluster does by itself when a disk is full.
    block = "index.blocks.read_only_allow_delete"
    await place.cluster.load("PUT", f"/{generation}/_settings", {block: True})
    committing = asyncio.create_task(write(await opened(place), {2: JAWS}, 2))
    done, _ = await asyncio.wait([committing], timeout=0.5)
    assert not done
    assert sorted(await place.index().digests()) == [1]
    await place.cluster.load("PUT", f"/{generation}/_settings", {block: None})
    await committing
    assert sorted(await place.index().digests()) == [1, 2]


async def test_a_generation_that_takes_no_writes_is_unavailable_and_parks_no_film(
    place: ClusterPlace,
) -> None:
    generation = await publish_new(place.index(), {1: HEAT})
    following = await opened(place)
    await place.cluster.load("PUT", f"/{generation}/_settings", {"index.blocks.write": True})
    await following.stage([document(2, JAWS)], [])
    with pytest.raises(IndexUnavailable):
        await following.commit(2)
    await place.cluster.load("PUT", f"/{generation}/_settings", {"index.blocks.write": None})
    await following.commit(2)
    assert sorted(await place.index().digests()) == [1, 2]


async def test_writing_never_makes_a_removed_generation_again(place: ClusterPlace, tmp_path: Path) -> None:
    killed = ClusterIndex(place.cluster, FileLead(tmp_path / "another machine.lock"))
    late = await killed.create(CATALOGUE, Tiers())
    generation = await publish_new(place.index(), {1: HEAT})
    await late.stage([document(2, JAWS)], [])
    for position in (1, 2):
        with pytest.raises(IndexUnavailable):
            await late.commit(position)
    assert await place.generations() == {generation}


async def test_what_cannot_be_read_is_damaged_and_what_somebody_closed_is_not(place: ClusterPlace) -> None:
    generation = await publish_new(place.index(), {1: PSYCHO})
    await place.cluster.load("POST", f"/{generation}/_close")
    with pytest.raises(IndexUnavailable) as told:
        await place.index().open_live(CATALOGUE)
    assert not isinstance(told.value, IndexDamaged)
    await place.cluster.load("POST", f"/{generation}/_open")
    await place.damage(generation)
    with pytest.raises(IndexDamaged):
        await place.index().open_live(CATALOGUE)


async def test_a_generation_is_written_by_an_alias_of_its_own(place: ClusterPlace) -> None:
    generation = await publish_new(place.index(), {1: HEAT})
    told = await place.cluster.load("GET", f"/{generation}/_alias")
    assert set(told[generation]["aliases"]) == {place.address.name, writer_alias(generation)}


async def test_a_follower_sees_soon_that_another_generation_is_live(place: ClusterPlace) -> None:
    index, old = place.index(), await publish_new(place.index(), {1: HEAT})
    assert await index.is_live(old)
    new = await publish_new(place.index(), {1: HEAT})
    async with asyncio.timeout(20):
        while await index.is_live(old):  # noqa: ASYNC110 -- it may believe so for a moment
            await asyncio.sleep(0.05)
    assert await index.is_live(new)


async def test_no_generation_has_the_name_of_one_before(place: ClusterPlace) -> None:
    first = await publish_new(place.index(), {1: HEAT})
    await place.remove()
    assert await publish_new(place.index(), {1: HEAT}) != first

"""Applying the outbox: in order, all of it, and nothing of one film stops the others."""

from pathlib import Path

import pytest

from cinedex.foundation import outbox
from cinedex.foundation.database import DatabaseUnavailable
from cinedex.foundation.database.sqlite import SqliteDatabase
from cinedex.movies.models import Movie
from cinedex.search import indexer
from cinedex.search.indexer import Indexer
from cinedex.search.models import MovieDocument
from cinedex.search.port import IndexUnavailable, IndexWriter
from cinedex.services import Services
from films import ALIEN, BRAZIL, FARGO, FILMS, HEAT, JAWS
from search.faulty import Fault, Faults, FaultyWriter
from search.steps import catch_up, change, names_found, parked_ids
from tiers import EMBEDDED


async def opened(services: Services, faults: Faults) -> IndexWriter:
    """Open the live generation, made first if need be, with these faults."""
    if await services.index.live_generation() is None:
        await services.rebuilder.rebuild()
    writer = await services.index.open_live(await services.movies.catalogue_uid())
    assert writer is not None
    return FaultyWriter(writer, faults)


async def test_every_kind_of_change_is_applied(services: Services) -> None:
    writer = await opened(services, Faults())
    follow = Indexer(services.database, services.movies)
    await services.movies.load([HEAT, JAWS, FARGO])
    assert await follow.catch_up(writer) == 3
    await services.movies.delete(1)
    await change(services.database, 2, BRAZIL)
    assert await follow.catch_up(writer) == 2
    assert await follow.catch_up(writer) == 0
    await writer.close()
    assert (await services.verifier.verify()).is_none
    assert await names_found(services, "heat") == await names_found(services, "jaws") == []
    assert await names_found(services, "brazil") == ["Brazil"]


async def test_more_than_a_batch(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "BATCH", 5)
    writer = await opened(services, Faults())
    await services.movies.load(FILMS)
    assert await Indexer(services.database, services.movies).catch_up(writer) == len(FILMS)
    await writer.close()
    assert (await services.verifier.verify()).is_none


async def test_a_refused_film_is_set_aside_once_and_the_others_go_on(services: Services) -> None:
    faults = Faults()
    faults.refused = {"Jaws"}
    writer = await opened(services, faults)
    await services.movies.load([HEAT, JAWS, FARGO])
    await Indexer(services.database, services.movies).catch_up(writer)
    await change(services.database, 2, JAWS)
    await change(services.database, 2, JAWS)
    await Indexer(services.database, services.movies).catch_up(writer)
    await writer.close()
    assert sorted(await services.index.digests()) == [1, 3]
    async with services.database.reading() as connection:
        [parked] = await outbox.parked(connection)
    assert (parked.subject_id, parked.reason) == (2, "told to refuse it")
    assert (await services.verifier.verify()).missing == (2,)


async def test_films_that_only_the_commit_refuses_are_set_aside_too(services: Services) -> None:
    faults = Faults()
    faults.refused, faults.refused_late = {"Fargo"}, {"Jaws", "Alien"}
    writer = await opened(services, faults)
    await services.movies.load([HEAT, JAWS, FARGO, ALIEN])
    await Indexer(services.database, services.movies).catch_up(writer)
    await writer.close()
    assert writer.mark.position == 4
    assert sorted(await services.index.digests()) == [1]
    assert sorted(await parked_ids(services.database)) == [2, 3, 4]


async def test_a_film_that_was_set_aside_comes_in_with_its_next_change(services: Services) -> None:
    faults = Faults()
    faults.refused = {"Jaws"}
    writer = await opened(services, faults)
    follow = Indexer(services.database, services.movies)
    await services.movies.load([HEAT, JAWS])
    await follow.catch_up(writer)
    await services.movies.load([FARGO])
    await follow.catch_up(writer)
    assert await parked_ids(services.database) == [2]
    faults.refused.clear()
    await change(services.database, 2, JAWS)
    await follow.catch_up(writer)
    await writer.close()
    assert await parked_ids(services.database) == []
    assert (await services.verifier.verify()).is_none


async def test_a_film_that_was_set_aside_and_deleted_is_no_longer_counted(services: Services) -> None:
    faults = Faults()
    faults.refused = {"Jaws"}
    writer = await opened(services, faults)
    await services.movies.load([JAWS])
    await Indexer(services.database, services.movies).catch_up(writer)
    await services.movies.delete(1)
    await Indexer(services.database, services.movies).catch_up(writer)
    await writer.close()
    assert await parked_ids(services.database) == []
    assert (await services.verifier.verify()).is_none


async def test_a_film_no_document_can_be_made_of_is_set_aside(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = MovieDocument.of

    def fail_on_jaws(movie: Movie) -> MovieDocument:
        return make(movie) if movie.name != "Jaws" else make(None)  # type: ignore[arg-type]  # fails as meant

    monkeypatch.setattr(MovieDocument, "of", fail_on_jaws)
    writer = await opened(services, Faults())
    await services.movies.load([HEAT, JAWS])
    await Indexer(services.database, services.movies).catch_up(writer)
    await writer.close()
    assert await parked_ids(services.database) == [2]
    assert sorted(await services.index.digests()) == [1]


@pytest.mark.parametrize("fault", ["stage", "commit", "after commit"])
async def test_a_failure_leaves_the_position_behind_and_the_next_try_mends_it(
    services: Services, fault: Fault
) -> None:
    faults = Faults()
    writer = await opened(services, faults)
    await services.movies.load([HEAT, JAWS])
    faults.pending = fault
    with pytest.raises(IndexUnavailable):
        await Indexer(services.database, services.movies).catch_up(writer)
    await writer.close()
    status = await services.index.status()
    assert status is not None
    assert (status.mark.position, status.movies) == ((2, 2) if fault == "after commit" else (0, 0))
    await services.movies.delete(1)
    await catch_up(services)
    assert (await services.verifier.verify()).is_none


@pytest.mark.tiers(EMBEDDED, reason="the database is a file")
@pytest.mark.usefixtures("threads_end")
async def test_a_database_that_is_gone_is_told_and_moves_nothing(services: Services, data_dir: Path) -> None:
    await services.movies.load([ALIEN])
    await catch_up(services)
    writer = await opened(services, Faults())
    gone = SqliteDatabase(data_dir / "no such folder" / "cinedex.db")
    with pytest.raises(DatabaseUnavailable):
        await Indexer(gone, services.movies).catch_up(writer)
    assert writer.mark.position == 1
    await writer.close()
    await gone.close()

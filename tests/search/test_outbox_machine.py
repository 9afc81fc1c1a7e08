"""Any order of changes, follows, crashes, failures and rebuilds ends with index = database.

The machine keeps, for each outbox position, what the index should have held of each film then. After every
step the live generation is compared with that: it may be ahead of its position, never behind.
"""

import asyncio
import gc
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cinedex.foundation import outbox
from cinedex.movies.models import Movie, NewMovie
from cinedex.search import indexer
from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.indexer import Indexer, stage
from cinedex.search.models import digest
from cinedex.search.port import IndexUnavailable, IndexWriter
from cinedex.search.rebuild import Rebuilder
from cinedex.services import build_services
from cinedex.settings import Settings
from films import FILMS
from search.faulty import Faults, FaultyIndex
from search.steps import change, names_found, parked_ids

T = TypeVar("T")
films = st.sampled_from(FILMS)


class Outbox(RuleBasedStateMachine):
    def __init__(self, empty_catalogue: Path) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        shutil.copy(empty_catalogue, folder / "cinedex.db")
        self._runner = asyncio.Runner()
        self._services = build_services(Settings(data_dir=folder, secret="k" * 40))
        self._faults = Faults()
        self._index = FaultyIndex(self._services.index, self._faults)
        self._writer: IndexWriter | None = None
        self._catalogue: dict[int, NewMovie] = {}
        # What each film was, as a digest or None for "not there", by the position from which on it was so.
        self._history: dict[int, list[tuple[int, int | None]]] = {}

    def _do(self, step: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(step)

    def teardown(self) -> None:
        try:
            self._end()
        finally:
            self._writer = None
            self._do(self._services.close())
            self._runner.close()
            self._folder.cleanup()

    # Changes to the catalogue.

    @rule(film=films)
    def add(self, film: NewMovie) -> None:
        if film not in self._catalogue.values():
            self._do(self._services.movies.load([film]))
            self._note_new()

    @rule(batch=st.lists(films, min_size=2, max_size=5))
    def load(self, batch: list[NewMovie]) -> None:
        self._do(self._services.movies.load(batch))
        self._note_new()

    @precondition(lambda self: self._catalogue)
    @rule(data=st.data(), votes=st.integers(0, 10**6))
    def change(self, data: st.DataObject, votes: int) -> None:
        movie_id = data.draw(st.sampled_from(sorted(self._catalogue)))
        film = msgspec.structs.replace(self._catalogue[movie_id], votes=votes, genres=())
        self._do(change(self._services.database, movie_id, film))
        [movie] = self._do(self._services.movies.documents([movie_id]))
        self._note(movie_id, movie)

    @precondition(lambda self: self._catalogue)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        movie_id = data.draw(st.sampled_from(sorted(self._catalogue)))
        self._do(self._services.movies.delete(movie_id))
        self._note(movie_id, None)

    # What becomes of the index.

    @rule()
    def follow(self) -> None:
        try:
            self._do(self._catch_up())
        except IndexUnavailable:
            self._stop()

    @rule(with_half_of_it=st.booleans())
    def crash(self, *, with_half_of_it: bool) -> None:
        """Drop the writer as it is, perhaps with films staged that no commit follows."""
        if with_half_of_it and self._writer is not None:
            movies = self._do(self._services.movies.documents(sorted(self._catalogue)))
            with suppress(IndexUnavailable):
                self._do(stage(self._writer, movies[::2], deletes=[movie.id for movie in movies[1::2]]))
        self._writer = None
        # An error's trace may still hold the writer, which no process would outlive.
        gc.collect()
        self._index = FaultyIndex(TantivyIndex(self._services.settings.index_dir), self._faults)

    @rule()
    def stop(self) -> None:
        self._stop()

    @rule()
    def rebuild(self) -> None:
        before = self._do(self._index.live_generation())
        try:
            generation = self._do(self._rebuilder.rebuild())
        except IndexUnavailable:
            assert self._do(self._index.live_generation()) == before
        else:
            assert self._do(self._index.live_generation()) == generation != before

    @rule(fault=st.sampled_from(["stage", "commit", "after commit"]))
    def fail_next(self, fault: Any) -> None:
        self._faults.pending = fault

    @rule(film=films)
    def refuse(self, film: NewMovie) -> None:
        self._faults.refused.add(film.name)

    @rule(film=films)
    def accept(self, film: NewMovie) -> None:
        self._faults.refused.discard(film.name)

    # What must be so after each step, and in the end.

    @invariant()
    def the_index_is_not_behind_its_position(self) -> None:
        status = self._do(self._index.status())
        if status is None:
            return
        held = self._do(self._index.digests())
        set_aside = set(self._do(parked_ids(self._services.database)))
        assert status.mark.position <= self._last_position()
        for movie_id, states in self._history.items():
            known = [state for at, state in states if at <= status.mark.position][-1:]
            later = [state for at, state in states if at > status.mark.position]
            if movie_id not in set_aside:
                assert held.get(movie_id) in (known or [None]) + later
        assert held.keys() <= self._history.keys()

    def _end(self) -> None:
        self._faults.pending = None
        self._do(self._catch_up())
        # Whatever is refused is set aside, and nothing else is missing.
        set_aside = set(self._do(parked_ids(self._services.database)))
        held = self._do(self._index.digests())
        movies = self._do(self._services.movies.documents(sorted(self._catalogue)))
        wrong = {movie.id for movie in movies if held.get(movie.id) != digest(movie)}
        assert wrong | (held.keys() - self._catalogue.keys()) <= set_aside
        self._faults.refused.clear()
        for movie_id in sorted(set_aside):
            self._do(change(self._services.database, movie_id, self._catalogue[movie_id]))
        self._do(self._catch_up())
        self._stop()
        assert self._do(parked_ids(self._services.database)) == []
        assert self._do(self._services.verifier.verify()).is_none
        for film in self._catalogue.values():
            assert film.name in self._do(names_found(self._services, film.name))

    @property
    def _rebuilder(self) -> Rebuilder:
        return Rebuilder(self._services.database, self._services.movies, self._index)

    async def _catch_up(self) -> None:
        """Follow as `Follower` does: the live generation, or a new one where there is none."""
        if self._writer is not None and self._writer.mark.generation != await self._index.live_generation():
            await self._writer.close()
            self._writer = None
        if self._writer is None:
            uid = await self._services.movies.catalogue_uid()
            self._writer = await self._index.open_live(uid)
            if self._writer is None:
                await self._rebuilder.rebuild()
                self._writer = await self._index.open_live(uid)
        assert self._writer is not None
        await Indexer(self._services.database, self._services.movies).catch_up(self._writer)

    def _stop(self) -> None:
        if self._writer is not None:
            self._do(self._writer.close())
            self._writer = None

    def _note_new(self) -> None:
        known = self._history.keys()
        last = max(known, default=0)
        for movie in self._do(self._services.movies.documents(range(last + 1, last + 1 + len(FILMS)))):
            self._note(movie.id, movie)

    def _note(self, movie_id: int, movie: Movie | None) -> None:
        """Remember what a film is from the last position on."""
        if movie is None:
            del self._catalogue[movie_id]
        else:
            self._catalogue[movie_id] = movie
        state = None if movie is None else digest(movie)
        self._history.setdefault(movie_id, []).append((self._last_position(), state))

    def _last_position(self) -> int:
        async def ask() -> int:
            async with self._services.database.reading() as connection:
                return await outbox.last_position(connection)

        return self._do(ask())


def test_any_order_ends_with_the_index_as_the_database(
    empty_catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "BATCH", 3)
    run_state_machine_as_test(
        lambda: Outbox(empty_catalogue),  # type: ignore[arg-type]  # any maker will do
        settings=settings(
            # Shrinking would take minutes: each step writes an index.
            phases=[Phase.reuse, Phase.generate],
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

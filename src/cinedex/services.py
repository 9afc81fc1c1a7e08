"""What a process works with: the adapters that the settings ask for, and the services above them.

The only file that names an adapter. It loads nothing of the web, which the processes that follow and build the
index do without.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from cinedex.accounts.audit import AuditService
from cinedex.accounts.limits import AttemptLimits
from cinedex.accounts.passwords import Passwords, argon2id
from cinedex.accounts.people import PeopleService
from cinedex.accounts.secret_file import read_or_make_secrets
from cinedex.accounts.service import AccountService
from cinedex.accounts.sessions import SessionService
from cinedex.accounts.tokens import AccessTokens
from cinedex.foundation.cache.counting import counted
from cinedex.foundation.cache.file_counters import FileCounters
from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.cache.port import Cache, Counters
from cinedex.foundation.cache.watch import watch_cache
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database
from cinedex.foundation.database.advisory import Advisory
from cinedex.foundation.database.opening import open_database
from cinedex.foundation.leading import FileLead, Lead
from cinedex.foundation.pruning import prune_now_and_then
from cinedex.foundation.rate_limit import RateLimit
from cinedex.movies.service import MovieService
from cinedex.search import answers
from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.engines.tantivy.word_list import TantivyWordList, WordListIndex
from cinedex.search.follower import Build, Follower
from cinedex.search.index_watch import IndexWatch
from cinedex.search.port import SearchEngine, SearchIndex
from cinedex.search.rebuild import Rebuilder
from cinedex.search.service import SearchService
from cinedex.search.verify import Verifier
from cinedex.search.watched_engine import WatchedEngine
from cinedex.settings import Settings
from cinedex.watching import UNWATCHED, Watching

_MEGABYTE = 1_000_000


class Services(msgspec.Struct, frozen=True):
    """All that the routes and the commands need, built once for a process."""

    settings: Settings
    database: Database
    movies: MovieService
    accounts: AccountService
    people: PeopleService
    limits: AttemptLimits
    audit: AuditService
    search: SearchService
    search_limit: RateLimit | None
    index: SearchIndex
    lead: Lead
    """What the one process holds that writes the index."""
    watching: Watching = UNWATCHED
    shared_cache: Cache | None = None
    """Where all processes keep search answers, if there is such a place."""
    cold_engine: SearchEngine | None = None
    """The engine that answers its first searches slowly, if it is of that kind: see `warm_up`."""
    words: SearchIndex | None = None
    """The list of words that this node keeps beside a search cluster, if there is one."""

    def follower(self, build: Build) -> Follower:
        """Keeps the index in step; one process at a time works, whoever holds the lead."""
        watched = build if self.watching.metrics is None else self.watching.metrics.building(build)
        return Follower(self.database, self.movies, self.index, watched, self.lead)

    def word_follower(self, build: Build) -> Follower | None:
        """Keeps this node's list of words in step, if there is one."""
        if self.words is None:
            return None
        lead = FileLead(self.settings.words_dir / "follower.lock")
        return Follower(self.database, self.movies, self.words, build, lead)

    @asynccontextmanager
    async def beside(self, follower: Follower) -> AsyncIterator[None]:
        """Do meanwhile what goes with following: prune the outbox, and tell figures where metrics are on."""
        tasks = [asyncio.create_task(work) for work in self._beside(follower)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def _beside(self, follower: Follower) -> Iterator[Coroutine[Any, Any, None]]:
        yield prune_now_and_then(self.database, lambda: follower.is_leading)
        metrics = self.watching.metrics
        if metrics is not None:
            yield IndexWatch(self.database, self.movies, self.index, follower, metrics).run()
            if self.shared_cache is not None:
                yield watch_cache(self.shared_cache, metrics.tell)

    @property
    def rebuilder(self) -> Rebuilder:
        """Builds a new generation of the index."""
        return Rebuilder(self.database, self.movies, self.index)

    @property
    def word_rebuilder(self) -> Rebuilder | None:
        """Builds this node's list of words anew, if there is one."""
        return None if self.words is None else Rebuilder(self.database, self.movies, self.words)

    @property
    def verifier(self) -> Verifier:
        """Compares index and database."""
        return Verifier(self.database, self.movies, self.index)

    async def close(self) -> None:
        """Let go of files and connections."""
        if self.search_limit:
            await self.search_limit.close()
        await self.search.close()
        await self.index.close()
        if self.words is not None:
            await self.words.close()
        await self.database.close()
        self.watching.close()


def build_services(
    settings: Settings,
    clock: Clock = utc_now,
    watching: Watching = UNWATCHED,
    passwords: Passwords | None = None,
) -> Services:
    """Build the services that `settings` ask for, over their data folder."""
    settings.index_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url, settings.database_path)
    if watching.tracing is not None:
        watching.tracing.transactions(database)
    secrets = [settings.secret] if settings.secret else read_or_make_secrets(settings.secret_path)
    sessions = SessionService(
        database,
        AccessTokens([*secrets, *settings.previous_secrets], settings.access_token_seconds),
        refresh_token_seconds=settings.refresh_token_seconds,
        session_seconds=settings.session_seconds,
        clock=clock,
    )
    passwords = passwords or _passwords(settings)
    movies = MovieService(database)
    engine, index, lead = _search(settings, database)
    shared_cache = _shared_cache(settings, watching)
    return Services(
        settings=settings,
        database=database,
        movies=movies,
        accounts=AccountService(database, sessions, clock=clock, passwords=passwords),
        people=PeopleService(database, clock=clock, passwords=passwords),
        audit=AuditService(database),
        limits=AttemptLimits(database, settings.registrations_per_hour, clock),
        search=SearchService(
            _watched(engine, watching),
            _counted(MemoryCache(settings.cache_megabytes * _MEGABYTE), "memory", watching),
            movies,
            shared_cache,
        ),
        search_limit=_search_limit(settings),
        index=index,
        lead=lead,
        watching=watching,
        shared_cache=shared_cache,
        cold_engine=None if settings.search_url is None else engine,
        words=_words(settings),
    )


def _passwords(settings: Settings) -> Passwords:
    return Passwords(
        argon2id(
            mebibytes=settings.password_mebibytes,
            iterations=settings.password_iterations,
            lanes=settings.password_lanes,
        )
    )


def _search_limit(settings: Settings) -> RateLimit | None:
    if not settings.searches_per_minute:
        return None
    return RateLimit(_counters(settings), settings.searches_per_minute)


def _counters(settings: Settings) -> Counters:
    if settings.cache_url is None:
        return FileCounters(settings.counts_path)
    from cinedex.foundation.cache.redis_counters import RedisCounters  # noqa: PLC0415 -- as the shared cache

    return RedisCounters(settings.cache_url, "cinedex:counts:")


def _words(settings: Settings) -> SearchIndex | None:
    if settings.search_url is None:
        return None
    settings.words_dir.mkdir(parents=True, exist_ok=True)
    return WordListIndex(settings.words_dir)


def _shared_cache(settings: Settings, watching: Watching) -> Cache | None:
    if settings.cache_url is None:
        return None
    # Who has no Redis does not pay for its client: a tenth of a second, and memory in each process.
    from cinedex.foundation.cache.redis_cache import RedisCache  # noqa: PLC0415

    cache = RedisCache(settings.cache_url, f"cinedex:{answers.VERSION}:", settings.cache_seconds)
    return _counted(cache, "redis", watching)


def _watched(engine: SearchEngine, watching: Watching) -> SearchEngine:
    if watching == UNWATCHED:
        return engine
    return WatchedEngine(engine, watching.tally, watching.tracing)


def _counted(cache: Cache, name: str, watching: Watching) -> Cache:
    return cache if watching.tally is None else counted(cache, name, watching.tally)


def _search(settings: Settings, database: Database) -> tuple[SearchEngine, SearchIndex, Lead]:
    """Return the index where the settings say it is: its read side, its write side, and who may write.

    Each node has a Tantivy index of its own, and a cluster is shared by all nodes on a database.
    """
    if settings.search_url is None:
        lead = FileLead(settings.index_dir / "follower.lock")
        return TantivyEngine(settings.index_dir), TantivyIndex(settings.index_dir), lead
    # Loaded only where it is asked for: the HTTP client takes memory and time to start.
    from cinedex.search.engines.cluster.generations import ClusterIndex  # noqa: PLC0415
    from cinedex.search.engines.cluster.reader import ClusterEngine  # noqa: PLC0415
    from cinedex.search.engines.cluster.transport import Cluster  # noqa: PLC0415

    cluster = Cluster(settings.search_url)
    engine = ClusterEngine(cluster, TantivyWordList(settings.words_dir))
    index = ClusterIndex(cluster, database.lead(Advisory.BUILD))
    return engine, index, database.lead(Advisory.LEAD)

"""What a process works with: the adapters that the settings ask for, and the services above them.

The only file that names an adapter. It loads nothing of the web, which the processes that follow and build the
index do without.
"""

import msgspec

from cinedex.accounts.secret_file import read_or_make_secret
from cinedex.accounts.service import AccountService
from cinedex.accounts.tokens import AccessTokens
from cinedex.foundation.cache.memory_cache import MemoryCache
from cinedex.foundation.cache.port import Cache
from cinedex.foundation.clock import Clock, utc_now
from cinedex.foundation.database import Database
from cinedex.movies.service import MovieService
from cinedex.search import answers
from cinedex.search.engines.tantivy.generations import TantivyIndex
from cinedex.search.engines.tantivy.reader import TantivyEngine
from cinedex.search.follower import Build, Follower
from cinedex.search.port import SearchIndex
from cinedex.search.rebuild import Rebuilder
from cinedex.search.service import SearchService
from cinedex.search.verify import Verifier
from cinedex.settings import Settings

_MEGABYTE = 1_000_000


class Services(msgspec.Struct, frozen=True):
    """All that the routes and the commands need, built once for a process."""

    settings: Settings
    database: Database
    movies: MovieService
    accounts: AccountService
    search: SearchService
    index: SearchIndex

    def follower(self, build: Build) -> Follower:
        """Keeps the index in step; one process at a time works, whoever holds the lock."""
        lock = self.settings.index_dir / "follower.lock"
        return Follower(self.database, self.movies, self.index, build, lock)

    @property
    def rebuilder(self) -> Rebuilder:
        """Builds a new generation of the index."""
        return Rebuilder(self.database, self.movies, self.index)

    @property
    def verifier(self) -> Verifier:
        """Compares index and database."""
        return Verifier(self.database, self.movies, self.index)

    async def close(self) -> None:
        """Let go of files and connections."""
        await self.search.close()
        await self.index.close()
        await self.database.close()


def build_services(settings: Settings, clock: Clock = utc_now) -> Services:
    """Build the services of the embedded tier over the data folder of `settings`."""
    settings.index_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_path)
    secret = settings.secret or read_or_make_secret(settings.secret_path)
    accounts = AccountService(
        database,
        AccessTokens(secret, settings.access_token_seconds),
        refresh_token_seconds=settings.refresh_token_seconds,
        clock=clock,
    )
    movies = MovieService(database)
    return Services(
        settings=settings,
        database=database,
        movies=movies,
        accounts=accounts,
        search=SearchService(
            TantivyEngine(settings.index_dir),
            MemoryCache(settings.cache_megabytes * _MEGABYTE),
            movies,
            _shared_cache(settings),
        ),
        index=TantivyIndex(settings.index_dir),
    )


def _shared_cache(settings: Settings) -> Cache | None:
    if settings.cache_url is None:
        return None
    # Who has no Redis does not pay for its client: a tenth of a second, and memory in each process.
    from cinedex.foundation.cache.redis_cache import RedisCache  # noqa: PLC0415

    return RedisCache(settings.cache_url, f"cinedex:{answers.VERSION}:", settings.cache_seconds)

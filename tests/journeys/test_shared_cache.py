"""Workers that share a Redis, as an operator sets them up."""

import time

import pytest

from cinedex.search.answers import VERSION
from journeys.conftest import StartServer
from journeys.running import PATIENCE_SECONDS
from servers.redis import RedisServer
from tiers import EMBEDDED

PASSWORD = "correct-horse-battery"

pytestmark = pytest.mark.tiers(EMBEDDED, reason="it has settings of its own")


def test_answers_are_kept_in_the_redis_that_the_settings_name(start: StartServer, redis: RedisServer) -> None:
    url = redis.url.replace("//", f"//:{PASSWORD}@")
    redis.ask("CONFIG", "SET", "requirepass", PASSWORD)
    redis.password = PASSWORD
    try:
        server = start({"CINEDEX_CACHE_URL": url, "CINEDEX_CACHE_SECONDS": "60", "CINEDEX_WORKERS": "2"})
        deadline = time.monotonic() + PATIENCE_SECONDS
        asked = 0
        while not redis.ask("DBSIZE") and time.monotonic() < deadline:
            asked += 1
            assert server.search(f"the godfather {'!' * asked}")[0]["name"] == "The Godfather"
        [name, *_] = redis.ask("KEYS", "*")
        assert name.startswith(b"cinedex:%d:" % VERSION)
        assert 0 < redis.ask("TTL", name) <= 60
    finally:
        redis.ask("CONFIG", "SET", "requirepass", "")
        redis.password = None
    server.stop()
    assert PASSWORD not in server.output

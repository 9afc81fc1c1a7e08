"""The shared cache is measured beside the index and the process's own: no figure is judged here."""

import catalogue
import shared_cache
from films import FILMS
from servers.redis import RedisServer


def test_each_way_has_its_row(redis: RedisServer) -> None:
    with catalogue.data_folder() as data_dir:
        catalogue.fill(data_dir, FILMS)
        seconds = shared_cache.measure(data_dir, FILMS, redis.url)
    [table] = shared_cache.report(seconds).tables
    assert [row[0] for row in table.rows] == [
        "from the index, and into Redis",
        "from Redis",
        "from Redis, 16 at once",
        "from the index",
        "in the process",
    ]
    assert table.rows[-1][-1] == "1"
    searches = len(seconds["from Redis"])
    assert searches == len(seconds["from Redis, 16 at once"]) > len(FILMS)
    assert int(redis.ask("INFO", "stats")["keyspace_hits"]) >= 2 * searches

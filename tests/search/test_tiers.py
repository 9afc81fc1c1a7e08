"""The installations that tests run on are what they are called, and searched as a running service searches them."""

import pytest

from cinedex.search.engines.tantivy.word_list import TantivyWordList
from cinedex.search.models import Listing, SearchQuery
from cinedex.services import Services
from films import HEAT
from search.steps import catch_up
from servers.redis import RedisServer
from tiers import ALL, CLUSTERS, Tier, runs_on, variables


async def test_each_part_is_the_tier_s(services: Services, tier: Tier) -> None:
    told = variables(services.settings)
    assert ("CINEDEX_DATABASE_URL" in told) == (tier.database == "postgres")
    assert ("CINEDEX_SEARCH_URL" in told) == (tier.cluster is not None)
    assert ("CINEDEX_CACHE_URL" in told) == tier.has_redis
    if tier.cluster is not None:
        assert told["CINEDEX_SEARCH_URL"].partition(":")[0] == tier.cluster.rstrip("0123456789")


@pytest.mark.tiers(*CLUSTERS, reason="no other node keeps words")
async def test_the_words_of_all_films_are_known_where_a_cluster_is_searched(services: Services) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    words = TantivyWordList(services.settings.words_dir)
    known = words.at(1)
    assert not known.may_lack
    assert known.count("words", "heat") == 1
    words.close()


@pytest.mark.tiers(*ALL[1:], reason="one process keeps answers by itself")
async def test_answers_are_kept_in_redis(services: Services, redis: RedisServer) -> None:
    await services.movies.load([HEAT])
    await catch_up(services)
    await services.search.search(SearchQuery("heat"))
    await services.search.list(Listing("heat"))
    assert redis.ask("DBSIZE") == 2


def test_who_is_about_one_adapter_says_why(request: pytest.FixtureRequest) -> None:
    class Collected:
        fixturenames = ("tier",)
        definition = request.node

    request.node.add_marker(pytest.mark.tiers("embedded"))
    with pytest.raises(AssertionError, match="and not why"):
        runs_on(*ALL)(Collected())  # type: ignore[arg-type]  # what the hook reads of it

"""The installations that tests run on: a tier is a database, an engine, and what several processes share.

A room says in its conftest on which tiers its tests run: `pytest_generate_tests = runs_on(...)`. A test that is about
one adapter has the mark `tiers` with the names of its own, and the reason.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import pytest

from cinedex.settings import Settings
from contracts.cluster_place import nodes_under_test

EMBEDDED, REPLICA = "embedded", "replica"
CLUSTERS = tuple(nodes_under_test())
"""A tier for each release of a search cluster under test: by default the newest of each product."""
ALL = (EMBEDDED, REPLICA, *CLUSTERS)


class Tier(NamedTuple):
    """What an installation is made of; without a cluster its index is in the data folder."""

    database: Literal["sqlite", "postgres"]
    cluster: str | None = None
    has_redis: bool = True


TIERS = {
    EMBEDDED: Tier("sqlite", has_redis=False),
    REPLICA: Tier("postgres"),
    **{release: Tier("postgres", release) for release in CLUSTERS},
}


def variables(installation: Settings) -> dict[str, str]:
    """Return what a process is told by its environment of where the parts of an installation are."""
    told = {"CINEDEX_DATA_DIR": str(installation.data_dir)}
    if installation.database_url is not None:
        told["CINEDEX_DATABASE_URL"] = installation.database_url.with_password
    if installation.search_url is not None:
        told["CINEDEX_SEARCH_URL"] = str(installation.search_url)
    if installation.cache_url is not None:
        told["CINEDEX_CACHE_URL"] = installation.cache_url
    return told


def runs_on(*names: str) -> Callable[[pytest.Metafunc], None]:
    """Return the hook for the conftest of a room whose tests run on these tiers, where they say nothing else."""

    def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
        mark = metafunc.definition.get_closest_marker("tiers")
        if "tier" in metafunc.fixturenames:
            wanted = names if mark is None else _said(metafunc.definition.nodeid, mark)
            metafunc.parametrize("tier", wanted, indirect=True, scope="session")

    return pytest_generate_tests


def _said(test: str, mark: pytest.Mark) -> tuple[str, ...]:
    assert mark.kwargs.get("reason"), f"{test} says on which tiers it runs, and not why"
    assert set(mark.args) <= set(ALL), f"{test} names a tier that there is not"
    return mark.args

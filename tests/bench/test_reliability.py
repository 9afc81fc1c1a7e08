"""What is killed, and where it is written down."""

from pathlib import Path

import pytest

from cluster import joining
from page import write
from reliability import part_of
from servers.search_command import Ports
from servers.search_home import RELEASES, Release

DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"
PORTS = {"n0": Ports(9200, 9300), "n1": Ports(9201, 9301)}


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("opensearch3", "cluster.initial_cluster_manager_nodes"),
        ("opensearch2", "cluster.initial_cluster_manager_nodes"),
        ("elasticsearch9", "cluster.initial_master_nodes"),
        ("elasticsearch8", "cluster.initial_master_nodes"),
    ],
)
def test_nodes_of_each_product_are_told_of_one_another_in_its_own_words(name: str, setting: str) -> None:
    assert joining(RELEASES[name], PORTS) == {
        "discovery.seed_hosts": "127.0.0.1:9300,127.0.0.1:9301",
        setting: "n0,n1",
    }


@pytest.mark.parametrize("release", [None, *RELEASES.values()])
def test_the_page_has_a_part_for_each_run(tmp_path: Path, release: Release | None) -> None:
    page = tmp_path / "reliability.md"
    page.write_text(DOCS.read_text())
    write(page, part_of(release), "new")
    assert "\n\nnew\n\n" in page.read_text()

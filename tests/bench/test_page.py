"""A run writes its own part of the page and no other."""

import sys
from pathlib import Path

import pytest

from cinedex.movies.sample import SAMPLE
from figures import Report, Table, at_most
from page import heading, render, write

PAGE = "# Benchmarks\n\n<!-- begin films -->\nold\n<!-- end films -->\n\n<!-- begin growth -->\nkept\n<!-- end growth -->\n"
DOCS = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def test_a_part_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(PAGE)
    for _ in range(2):
        write(page, "films", "new")
        assert page.read_text() == PAGE.replace("\nold\n", "\n\nnew\n\n")


@pytest.mark.parametrize("text", ["# Benchmarks\n", "<!-- begin films -->\n"])
def test_a_page_without_the_part_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(text)
    with pytest.raises(SystemExit, match="begin films"):
        write(page, "films", "new")
    assert page.read_text() == text


@pytest.mark.parametrize("part", ["films", "million", "growth"])
def test_the_page_has_a_part_for_each_run(tmp_path: Path, part: str) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(DOCS.read_text())
    write(page, part, "new")
    assert "\n\nnew\n\n" in page.read_text()


def test_targets_come_first_and_details_after_them() -> None:
    details = Table(("films", "p50"), [("all", "0.2")])
    text = render([Report([details], [at_most("p50", 0.2, 0.25, " ms")]), Report([details])])
    assert text.index("holds") < text.index(details.markdown())
    assert text.count(details.markdown()) == 2


def test_without_targets_there_is_no_table_of_them() -> None:
    details = Table(("films", "p50"), [("10,000", "0.2")])
    assert render([Report([details])]) == details.markdown()


def test_the_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bench/run.py", "--films", "1000000", "--write", "docs"])
    told = heading(SAMPLE)
    assert told.startswith("`.venv/bin/python bench/run.py --films 1000000 --write docs`, ")
    assert told.endswith("the sample's films.")


@pytest.mark.parametrize("secret", [":the-key", "somebody:the-key", "somebody:at@the-key"])
def test_the_command_is_told_without_the_password_of_a_peer(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setattr(
        sys, "argv", ["bench/run.py", "--peer", f"meilisearch=http://{secret}@127.0.0.1:7700"]
    )
    told = heading(SAMPLE)
    assert "the-key" not in told
    assert "@127.0.0.1:7700" in told

"""The documentation names what there is, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import typer

from cinedex.cli.main import cinedex
from cinedex.search.ranking import WEIGHTS
from cinedex.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def commands(group: object, name: str) -> Iterator[str]:
    """Yield the full name of each command; a group that does something by itself is one too."""
    for child, command in getattr(group, "commands", {}).items():
        yield from commands(command, f"{name} {child}")
    if not hasattr(group, "commands") or getattr(group, "invoke_without_command", False):
        yield name


def test_each_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs/settings.md").read_text()
    named = set(re.findall(rf"^\| `{PREFIX}(\w+)`", page, re.MULTILINE))
    assert named == {field.upper() for field in Settings.__struct_fields__}
    for field in msgspec.structs.fields(Settings):
        if isinstance(field.default, (int, str)) and not isinstance(field.default, bool):
            assert f"| `{PREFIX}{field.name.upper()}` | `{field.default}` |" in page


def test_each_command_is_documented() -> None:
    page = (ROOT / "docs/commands.md").read_text()
    named = set(re.findall(r"^\| `(cinedex [a-z -]+[a-z])", page, re.MULTILINE))
    assert named == set(commands(typer.main.get_command(cinedex), "cinedex"))


def test_each_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z.]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"`make ([a-z.]+)", (ROOT / "README.md").read_text())) <= targets


def test_each_row_of_what_happens_when_something_is_away_names_tests_that_there_are() -> None:
    promised = (
        (ROOT / "README.md").read_text().partition("## When something is away")[2].partition("\n## ")[0]
    )
    held = (ROOT / "docs/reliability.md").read_text().partition("## What holds")[2].partition("\n## ")[0]
    rows = [row.partition(" (")[0] for row in re.findall(r"^\| ([^|]+) \|", promised, re.MULTILINE)]
    tests = dict(re.findall(r"^\| ([^|]+) \| (.+) \|$", held, re.MULTILINE))
    assert rows == list(tests)
    for row in rows[1:]:
        assert "`" in tests[row], row
    for file in re.findall(r"`(tests/\S+)`", held):
        assert (ROOT / file).is_file(), file


def test_the_weights_of_the_ranking_are_as_documented() -> None:
    page = (ROOT / "docs/search.md").read_text()
    told = {
        name.replace(" ", "_"): float(weight.replace("−", "-"))
        for name, weight in re.findall(r"^\| ([a-z ]+) \| ([−\d.]+) \|", page, re.MULTILINE)
    }
    assert told == msgspec.structs.asdict(WEIGHTS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_each_dependency_has_its_reason() -> None:
    page = (ROOT / "docs/dependencies.md").read_text()
    text = (ROOT / "pyproject.toml").read_text()
    for name in re.findall(r'^  "([a-z0-9-]+)(?:\[\w+\])?[>=]', text, re.MULTILINE):
        assert re.search(rf"\b{name}\b", page), name


def test_no_file_of_code_is_longer_than_three_hundred_lines() -> None:
    for path in [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("bench/*.py")]:
        assert len(path.read_text().splitlines()) <= 300, path

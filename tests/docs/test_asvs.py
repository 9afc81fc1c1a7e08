"""The table of the ASVS names each line once, and tests that there are."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

TESTS = Path(__file__).parents[1]
PAGE, _, ATTACKS = (TESTS.parent / "docs/asvs.md").read_text().partition("\n## Attacks tried\n")

LEVELS = {
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333",
    "6.6": "2223", "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
}  # fmt: skip
"""The level of each line of ASVS 5.0.0, by section."""


class Line(msgspec.Struct, frozen=True):
    number: str
    level: str
    shown_by: str

    @property
    def tests(self) -> list[str]:
        return re.findall(r"`(\S+\.py::\w+)`", self.shown_by)


LINES = [
    Line(*found)
    for found in re.findall(r"^\| (\d+\.\d+\.\d+) \| (\d) \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
]


def names_in(path: Path) -> Iterator[str]:
    """Yield the names of the tests that pytest would collect from this file."""
    if path.exists():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield node.name


def is_a_test(name: str) -> bool:
    file, _, test = name.partition("::")
    return test in names_in(TESTS / file)


def test_each_line_is_listed_once_with_its_level() -> None:
    wanted = [
        (f"{section}.{number}", level)
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, start=1)
    ]
    assert [(line.number, line.level) for line in LINES] == wanted
    assert len(wanted) == 86


def test_no_row_is_read_past() -> None:
    rows = [
        row for row in PAGE.splitlines() if row.startswith("|") and not row.startswith(("| line", "|---"))
    ]
    assert len(rows) == len(LINES)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.number)
def test_each_line_has_a_test_or_a_reason(line: Line) -> None:
    reason = re.match(r"(does not apply|not met)\b[^:]*: .{4,}", line.shown_by)
    assert line.tests or reason
    if line.shown_by.startswith("does not apply"):
        assert not line.tests
    for name in line.tests:
        assert is_a_test(name), name


@pytest.mark.parametrize("row", re.findall(r"^\| ([^|]+ \| .*`.*) \|$", ATTACKS, re.MULTILINE))
def test_each_attack_has_a_test(row: str) -> None:
    names = re.findall(r"`(\S+\.py::\w+)`", row)
    assert names
    for name in names:
        assert is_a_test(name), name


def test_nothing_else_looks_like_the_name_of_a_test() -> None:
    assert re.findall(r"`[^`]*::[^`]*`", PAGE) == [f"`{name}`" for line in LINES for name in line.tests]

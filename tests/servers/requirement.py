"""What becomes of tests whose server cannot be started: skipped with the reason, unless it must be there."""

import os
from collections.abc import Generator
from typing import NoReturn

import pytest

VARIABLE = "CINEDEX_TEST_REQUIRE"
"""Names the servers, parted by commas, without which tests fail: postgres, redis, opensearch, elasticsearch."""

_REASON = " cannot be started here: "


def missing(server: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where the server is required, and say in one line why."""
    told = f"{server}{_REASON}{reason}"
    if server in os.environ.get(VARIABLE, "").replace(" ", "").split(","):
        pytest.fail(f"{told} ({VARIABLE} asks for it)", pytrace=False)
    pytest.skip(told)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let all tests that lack a server be told in one line, wherever each of them is."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and _REASON in report.longrepr[2]:
        report.longrepr = (__file__, missing.__code__.co_firstlineno, report.longrepr[2])
    return report

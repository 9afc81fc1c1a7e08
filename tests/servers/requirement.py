"""What becomes of tests whose server cannot be started: skipped with the reason, unless it must be there."""

import os
from typing import NoReturn

import pytest

VARIABLE = "CINEDEX_TEST_REQUIRE"
"""Names the servers, parted by commas, without which tests fail: postgres, redis, opensearch, elasticsearch."""


def missing(server: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where the server is required, and say in one line why."""
    told = f"{server} cannot be started here: {reason}"
    if server in os.environ.get(VARIABLE, "").replace(" ", "").split(","):
        pytest.fail(f"{told} ({VARIABLE} asks for it)", pytrace=False)
    pytest.skip(told)

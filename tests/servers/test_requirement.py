"""A server that is missing skips its tests, and fails those of who asks for it."""

import pytest

from servers.requirement import VARIABLE, missing


def test_what_nobody_asks_for_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgres,opensearch")
    with pytest.raises(pytest.skip.Exception, match="redis cannot be started here: no memory"):
        missing("redis", "no memory")


def test_what_is_asked_for_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgres, redis")
    with pytest.raises(pytest.fail.Exception, match="redis cannot be started here: no memory"):
        missing("redis", "no memory")

"""A server that does not answer is left alone, tried now and then, and spoken of once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from cinedex.foundation.cache.breaker import Breaker

SHORTEST, LONGEST = 1.0, 4.0


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker("shared cache", SHORTEST, LONGEST, time)


def test_it_lets_all_through_while_nothing_fails(breaker: Breaker) -> None:
    for _ in range(3):
        assert breaker.lets_through()
        breaker.succeeded()


def test_after_a_failure_it_lets_one_try_through_after_each_rest(breaker: Breaker, time: Time) -> None:
    breaker.failed(TimeoutError())
    assert not breaker.lets_through()
    time.seconds += SHORTEST
    assert breaker.lets_through()
    assert not breaker.lets_through()
    breaker.succeeded()
    assert breaker.lets_through()
    assert breaker.lets_through()


def test_rests_grow_with_each_try_that_fails_and_are_short_again_afterwards(
    breaker: Breaker, time: Time
) -> None:
    for _ in range(2):
        breaker.failed(TimeoutError())
        for rest in (SHORTEST, 2 * SHORTEST, LONGEST, LONGEST):
            # What was under way when it failed counts for nothing.
            breaker.failed(TimeoutError())
            time.seconds += rest - 0.1
            assert not breaker.lets_through()
            time.seconds += 0.2
            assert breaker.lets_through()
            breaker.failed(TimeoutError())
        time.seconds += LONGEST
        assert breaker.lets_through()
        breaker.succeeded()


def test_a_try_of_which_nothing_is_heard_is_followed_by_another(breaker: Breaker, time: Time) -> None:
    breaker.failed(TimeoutError())
    for _ in range(2):
        time.seconds += LONGEST
        assert breaker.lets_through()


def test_what_succeeds_late_ends_no_outage(breaker: Breaker) -> None:
    assert breaker.lets_through()
    breaker.failed(TimeoutError())
    breaker.succeeded()
    assert not breaker.lets_through()


def test_an_outage_is_logged_when_it_begins_and_when_it_ends(breaker: Breaker, time: Time) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            breaker.failed(ConnectionError("wrong password: hunter2"))
            time.seconds += LONGEST
            assert breaker.lets_through()
        breaker.succeeded()
        breaker.succeeded()
    assert logs == [
        {
            "event": "out of service",
            "part": "shared cache",
            "cause": "ConnectionError",
            "log_level": "warning",
        },
        {"event": "back in service", "part": "shared cache", "log_level": "info"},
    ]


@given(st.lists(st.sampled_from(["call", "fail", "succeed", "wait"]), max_size=60))
def test_in_an_outage_tries_are_a_rest_apart(happens: list[str]) -> None:
    time = Time()
    breaker = Breaker("shared cache", SHORTEST, LONGEST, time)
    breaker.failed(TimeoutError())
    last = time.seconds
    for what in happens:
        if what == "wait":
            time.seconds += 0.7
        elif what == "fail":
            breaker.failed(TimeoutError())
            last = time.seconds
        elif breaker.lets_through():
            assert time.seconds - last >= SHORTEST
            last = time.seconds
            if what == "succeed":
                breaker.succeeded()
                assert breaker.lets_through()
                breaker.failed(TimeoutError())

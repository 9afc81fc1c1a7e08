"""The number of a request: taken over where it is well formed, else made."""

import multiprocessing
import re
import sys
from contextvars import copy_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinedex.foundation import request_ids

MADE = re.compile(rb"[0-9a-f]{24}[0-9]+")


@given(st.from_regex(re.compile(r"[A-Za-z0-9._-]{1,64}"), fullmatch=True))
def test_a_well_formed_number_is_taken_over(number: str) -> None:
    headers = [(b"host", b"cinedex"), (b"x-request-id", number.encode())]
    assert request_ids.begin(headers) == number.encode()
    assert request_ids.current() == request_ids.known() == number


@given(st.binary(max_size=100))
def test_any_other_is_replaced(value: bytes) -> None:
    number = request_ids.begin([(b"x-request-id", value)])
    assert number == value if re.fullmatch(rb"[A-Za-z0-9._-]{1,64}", value) else MADE.fullmatch(number)


@pytest.mark.parametrize("value", [b"", b"a b", b"a\nb", b'a"', b"a" * 65, "é".encode(), b"a\n"])
def test_what_could_not_be_logged_is_not_taken_over(value: bytes) -> None:
    assert MADE.fullmatch(request_ids.begin([(b"x-request-id", value)]))


def test_no_two_requests_share_a_number() -> None:
    assert len({request_ids.begin(()) for _ in range(10_000)}) == 10_000


def test_outside_of_a_request_a_number_is_made_when_one_is_needed() -> None:
    def outside() -> tuple[str, str, str]:
        request_ids._current.set(b"")  # noqa: SLF001 -- as it is where no request has begun
        return request_ids.known(), request_ids.current(), request_ids.known()

    before, made, after = copy_context().run(outside)
    assert before == ""
    assert made == after
    assert MADE.fullmatch(made.encode())


def _number(told: "multiprocessing.SimpleQueue[bytes]") -> None:
    told.put(request_ids.begin(()))


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_a_process_that_is_forked_makes_numbers_of_its_own() -> None:
    context = multiprocessing.get_context("fork")
    told = context.SimpleQueue()
    for _ in range(2):
        process = context.Process(target=_number, args=(told,))
        process.start()
        process.join()
    assert len({told.get()[:24], told.get()[:24], request_ids.begin(())[:24]}) == 3

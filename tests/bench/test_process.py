"""Commands in processes of their own, and the memory that they took."""

import os
import sys

import pytest

import process


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's counts are read from /proc")
def test_the_peak_counts_memory_that_was_given_back() -> None:
    code = "import time; held = bytearray(120_000_000); del held; time.sleep(0.2)"
    peak = process.run([sys.executable, "-c", code], os.environ)
    assert peak is not None
    assert 120 < peak < 200


def test_a_command_that_fails_ends_the_run_with_what_it_printed() -> None:
    code = "print('the disk is full'); raise SystemExit(3)"
    with pytest.raises(SystemExit, match="ended with 3: the disk is full"):
        process.run([sys.executable, "-c", code], os.environ)


def test_a_server_that_does_not_start_is_told() -> None:
    command = [sys.executable, "-c", "raise SystemExit(1)"]
    with pytest.raises(SystemExit, match="did not start"), process.server(command, "PORT", {}):
        pass

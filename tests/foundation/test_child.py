"""Work in a process of its own: done, failed, killed, given up."""

import asyncio
import multiprocessing
import os
from functools import partial
from pathlib import Path

import pytest

from cinedex.foundation.child import ChildEnded, run_in_child
from foundation import work


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def begun(path: Path) -> int:
    """Wait until a process has told its number."""
    async with asyncio.timeout(20):
        while not path.exists() or not path.read_text():  # noqa: ASYNC110, ASYNC240 -- another process writes it
            await asyncio.sleep(0.01)
    return int(path.read_text())  # noqa: ASYNC240 -- a few bytes


async def test_it_is_done_elsewhere(tmp_path: Path) -> None:
    await run_in_child(partial(work.tell_pid, tmp_path / "pid"))
    pid = await begun(tmp_path / "pid")
    assert pid != os.getpid()
    assert not is_running(pid)


async def test_what_it_raises_is_raised_here_and_says_where_it_was() -> None:
    with pytest.raises(FileNotFoundError, match="told to fail") as raised:
        await run_in_child(work.fail)
    assert "in fail" in raised.value.__notes__[0]


async def test_a_killed_one_is_an_error() -> None:
    with pytest.raises(ChildEnded):
        await run_in_child(work.be_killed)


async def test_given_up_it_has_ended(tmp_path: Path) -> None:
    running = asyncio.create_task(run_in_child(partial(work.hang, tmp_path / "pid")))
    pid = await begun(tmp_path / "pid")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not is_running(pid)
    assert multiprocessing.active_children() == []


async def test_an_interrupt_is_left_to_the_parent(tmp_path: Path) -> None:
    await run_in_child(partial(work.be_interrupted, tmp_path / "pid"))
    assert await begun(tmp_path / "pid")

"""Work in a process of its own: what memory it took goes back to the system when it is done."""

import asyncio
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess

# Spawned, not forked: whoever starts one may have threads.
_SPAWN = multiprocessing.get_context("spawn")


class ChildEnded(Exception):
    """The process ended before its work was done: it was killed, or could not begin."""


async def run_in_child(work: Callable[[], object]) -> None:
    """Run a function, which a module must hold, in a process of its own, to its end.

    That process ends with this one, and when this call is cancelled. Raises what `work` raises, and ChildEnded.
    """
    receiver, sender = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=_work, args=(work, sender), daemon=True)
    with receiver:
        with sender:
            start_deaf(process)
        ending = asyncio.create_task(asyncio.to_thread(_wait_for, process, receiver))
        try:
            error = await asyncio.shield(ending)
        except asyncio.CancelledError:
            process.kill()
            await ending
            raise
    if error is not None:
        raise error


def start_deaf(process: BaseProcess) -> None:
    """Start a process deaf to Ctrl-C, which reaches a whole group: whoever starts it ends it."""
    if isinstance(process, SpawnProcess):
        # It would let interrupts in again when it is started together with the process.
        resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent() -> None:
    """End this process as soon as the one that started it has ended, if that was one of ours."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _work(work: Callable[[], object], sender: "Connection[Exception | None, object]") -> None:
    end_with_parent()
    try:
        work()
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is the caller's
        error.add_note(traceback.format_exc())
        sender.send(error)
    else:
        sender.send(None)


def _wait_for(process: SpawnProcess, receiver: "Connection[object, Exception | None]") -> Exception | None:
    """Wait until a process has ended; return what its work raised."""
    try:
        return receiver.recv()
    except EOFError:
        return ChildEnded("the process ended before its work was done")
    finally:
        process.join()

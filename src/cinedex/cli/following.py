"""Keeping the index in step: what `cinedex index follow` does, and a process that `cinedex serve` starts."""

import asyncio
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Self

import structlog

from cinedex.cli.builder import build, build_words
from cinedex.foundation.child import end_with_parent, run_in_child, start_deaf
from cinedex.foundation.telemetry import configure_logging
from cinedex.search.follower import Follower
from cinedex.services import build_services
from cinedex.settings import Settings, read_settings
from cinedex.watching import exposed_metrics, start_watching

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_PAUSE_SECONDS = 1.0

log = structlog.get_logger()


class FollowerProcess:
    """Keeps a process running that follows the catalogue and tells the metrics, until the block ends.

    One that was killed is started anew; one that is told to end finishes what it is applying.
    """

    def __init__(self, context: ForkContext | SpawnContext) -> None:
        self._context = context
        self._ready, self._tells_ready = context.Pipe(duplex=False)
        self._ending = threading.Event()
        self._process = self._started()
        self._watcher = threading.Thread(target=self._watch, name="follower-watch", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._process.terminate()
        self._watcher.join()

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until the index is in step, or for so many seconds."""
        self._ready.poll(seconds)

    def _watch(self) -> None:
        self._process.join()
        while not self._ending.wait(_PAUSE_SECONDS):
            log.warning("follower ended, starting it anew", exit_code=self._process.exitcode)
            self._process = self._started()
            if self._ending.is_set():
                self._process.terminate()
            self._process.join()

    def _started(self) -> BaseProcess:
        process = self._context.Process(target=_follow, args=(self._tells_ready,), name="follower")
        start_deaf(process)
        return process


def _follow(tells_ready: "Connection[bool, object]") -> None:
    end_with_parent()
    # To start the process that builds lets interrupts in again.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = read_settings()
    configure_logging(settings.log_format)
    on_ready = partial(tells_ready.send, True)
    if settings.follow or settings.search_url is not None:
        with exposed_metrics(settings):
            asyncio.run(
                _follow_until(settings, on_ready, [signal.SIGTERM], index=settings.follow, words=True)
            )
    else:
        _only_tell(settings, on_ready)


def _only_tell(settings: Settings, on_ready: Callable[[], None]) -> None:
    """Tell what this service counts, until SIGTERM: another one follows, and the first process must not have threads."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    with exposed_metrics(settings):
        on_ready()
        ending.wait()


def follow(settings: Settings, on_ready: Callable[[], None], *, until: Sequence[signal.Signals]) -> None:
    """Follow the catalogue until a signal arrives; `on_ready` is called once, when the index is in step."""
    with exposed_metrics(settings):
        asyncio.run(_follow_until(settings, on_ready, until, index=True, words=False))


async def _follow_until(
    settings: Settings,
    on_ready: Callable[[], None],
    signals: Sequence[signal.Signals],
    *,
    index: bool,
    words: bool,
) -> None:
    """Follow with the index, and with the words that this node keeps itself where the index is in a cluster."""
    services = build_services(settings, watching=start_watching(settings))
    follower = services.follower(partial(run_in_child, build)) if index else None
    keeper = services.word_follower(partial(run_in_child, build_words)) if words else None
    followers = [one for one in (follower, keeper) if one is not None]
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for one in followers:
            one.stop()

    for one in signals:
        signal.signal(one, lambda *_: loop.call_soon_threadsafe(stop))
    waiting = {*followers}

    def tell(who: Follower) -> None:
        """Tell once, when the last of them is ready."""
        if who in waiting:
            waiting.remove(who)
            if not waiting:
                on_ready()

    try:
        async with AsyncExitStack() as beside, asyncio.TaskGroup() as running:
            if follower is not None:
                await beside.enter_async_context(services.beside(follower))
            for who in followers:
                running.create_task(who.run(partial(tell, who)))
    finally:
        await services.close()

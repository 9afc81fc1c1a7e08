"""What a process of its own can be told to do."""

import os
import signal
import time
from pathlib import Path


def tell_pid(path: Path) -> None:
    path.write_text(str(os.getpid()))


def hang(path: Path) -> None:
    tell_pid(path)
    time.sleep(3600)


def fail() -> None:
    raise FileNotFoundError(2, "told to fail")


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def be_interrupted(path: Path) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    tell_pid(path)

"""Load from wrk (https://github.com/wg/wrk; `apt-get install wrk`, `brew install wrk`)."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

CONNECTIONS, SECONDS = 16, 8
_IN_MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000}

_SCRIPT = """
local paths, at = {}, 0
for line in io.lines("%s") do paths[#paths + 1] = line end
request = function() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
"""


class Load(msgspec.Struct, frozen=True):
    """Requests a second, the milliseconds that 50 and 99 of 100 requests stay under, and the share not answered 200."""

    rate: float
    p50: float
    p99: float
    not_ok: float


def is_installed() -> bool:
    """Say whether there is a wrk to run."""
    return shutil.which("wrk") is not None


def load(port: int, paths: Sequence[str]) -> Load:
    """Ask for the paths, one after another and over again, on all connections for some seconds."""
    with TemporaryDirectory() as folder:
        listed, script = Path(folder, "paths"), Path(folder, "paths.lua")
        listed.write_text("\n".join(paths))
        script.write_text(_SCRIPT % listed)
        options = f"-t1 -c{CONNECTIONS} -d{SECONDS}s --latency -s".split()
        printed = subprocess.run(  # noqa: S603 -- wrk
            ["wrk", *options, str(script), f"http://127.0.0.1:{port}"],  # noqa: S607 -- wherever it is installed
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return read_load(printed)


def read_load(printed: str) -> Load:
    """Return what wrk has printed; raises SystemExit, with all of it, when that is something else."""
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", printed, re.MULTILINE)
    latencies = dict(re.findall(r"^\s+(50|99)%\s+([\d.]+(?:us|ms|s))$", printed, re.MULTILINE))
    requests = re.search(r"^\s+(\d+) requests in ", printed, re.MULTILINE)
    refused = re.search(r"^\s+Non-2xx or 3xx responses: (\d+)", printed, re.MULTILINE)
    if not rate or not requests or latencies.keys() != {"50", "99"}:
        raise SystemExit(printed)
    not_ok = int(refused[1]) / int(requests[1]) if refused else 0.0
    return Load(float(rate[1]), _milliseconds(latencies["50"]), _milliseconds(latencies["99"]), not_ok)


def _milliseconds(written: str) -> float:
    number = written.rstrip("ums")
    return float(number) * _IN_MILLISECONDS[written.removeprefix(number)]

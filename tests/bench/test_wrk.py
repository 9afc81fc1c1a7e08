"""What wrk prints is read right, whatever its units."""

import pytest

from wrk import Load, read_load

PRINTED = """Running 8s test @ http://127.0.0.1:8000
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     7.55ms    2.01ms  24.10ms   82.50%
    Req/Sec     2.12k   150.11     2.40k    71.50%
  Latency Distribution
     50%  {half}
     75%    8.62ms
     90%   10.01ms
     99%  {most}
  16921 requests in 8.00s, 18.01MB read
Requests/sec:   2114.62
Transfer/sec:      2.25MB
"""


@pytest.mark.parametrize(
    ("half", "most", "milliseconds"),
    [("305.00us", "3.93ms", (0.305, 3.93)), ("7.50ms", "1.20s", (7.5, 1200))],
)
def test_rate_and_latencies(half: str, most: str, milliseconds: tuple[float, float]) -> None:
    assert read_load(PRINTED.format(half=half, most=most)) == Load(2114.62, *milliseconds, 0)


def test_how_many_requests_were_not_answered_200() -> None:
    printed = PRINTED.format(half="7.50ms", most="1.20s")
    told = printed.replace("Requests/sec", "  Non-2xx or 3xx responses: 1692\nRequests/sec")
    assert round(read_load(told).not_ok, 3) == 0.1


def test_anything_else_is_shown() -> None:
    with pytest.raises(SystemExit, match="unable to connect"):
        read_load("unable to connect to 127.0.0.1:8000 Connection refused\n")

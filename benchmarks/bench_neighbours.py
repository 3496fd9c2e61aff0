"""How long one organisation waits while another floods the server, to how long when it is quiet.

The second organisation asks and writes one thing after another; the first sends 100 log entries
a request from many connections, as fast as they are taken, from a process of its own, so that
neither waits for the other's Python. Times are those that a client sees, and the ratio of their
99th percentiles is what depends the least on the machine.

Whoever floods takes processors from all others of this machine, whomever it asks. What that alone
makes of the ratio is measured beside: the same flood asks another server then.

With `--per-minute` a token may send so many requests, and it is measured when the flood is refused.

    python -m benchmarks.bench_neighbours [--requests 300] [--flood 40] [--per-minute 0]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.flooding import Party, beside, neighbour
from tests.serving import serve


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--flood", type=int, default=40)
    parser.add_argument("--per-minute", type=int, default=0)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "data", requests_per_minute=asked.per_minute) as served,
        serve(Path(folder) / "other", requests_per_minute=asked.per_minute) as other,
    ):
        second = Party.of(served, neighbour(served))
        second.ask(asked.requests // 10)
        quiet = second.ask(asked.requests)
        how = {"lines": asked.flood, "refused": bool(asked.per_minute)}
        elsewhere, _ = beside(second, Party.of(other, other.token), asked.requests, **how)
        memory = served.memory_bytes()
        first = Party.of(served, served.token)
        loud, (taken, refused) = beside(second, first, asked.requests, **how)
        grown = served.memory_bytes() - memory
    found = {
        "requests": asked.requests,
        "flood_requests": taken,
        "flood_refused": refused,
        "quiet_p50_ms": centile(quiet, 50),
        "quiet_p99_ms": centile(quiet, 99),
        "flooded_p50_ms": centile(loud, 50),
        "flooded_p99_ms": centile(loud, 99),
        "ratio_p50": ratio(loud, quiet, 50),
        "ratio_p99": ratio(loud, quiet, 99),
        "other_server_ratio_p50": ratio(elsewhere, quiet, 50),
        "other_server_ratio_p99": ratio(elsewhere, quiet, 99),
        "grown_mb": round(grown / 1e6, 1),
    }
    sys.stdout.write(json.dumps({"benchmark": "neighbours", **found}) + "\n")


def ratio(seconds: list[float], of: list[float], at: int) -> float:
    """How much longer the one percentile is than the other."""
    return round(centile(seconds, at) / centile(of, at), 2)


def centile(seconds: list[float], at: int) -> float:
    """A percentile, in milliseconds."""
    return round(sorted(seconds)[min(len(seconds) - 1, len(seconds) * at // 100)] * 1000, 2)


if __name__ == "__main__":
    main()

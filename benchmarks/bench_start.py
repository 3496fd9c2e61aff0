"""`linlog serve` on a folder that is there: until it answers, and what it has then.

The reference is a Python that imports FastAPI and SQLAlchemy and ends, started in turn with it.

    python -m benchmarks.bench_start
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from statistics import median
from typing import Any

from linlog.server import admin
from tests.factories.processes import answers, free_port
from tests.serving import OWNER, PASSWORD, Served

REFERENCE = [sys.executable, "-c", "import fastapi, sqlalchemy"]


def main() -> None:
    """Print one line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        # As after an installation, all modules are compiled.
        os.environ["PYTHONDONTWRITEBYTECODE"] = ""
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        data = Path(folder) / "data"
        admin.create_user(data, OWNER, "owner", PASSWORD)
        start(data)
        reference()
        both = [(start(data), reference()) for _ in range(rounds)]
    print(json.dumps(summed([one[0] for one in both], [one[1] for one in both])))


def start(data: Path) -> tuple[float, float, float]:
    """Seconds until a server answers, those of processors, and its megabytes."""
    port = free_port()
    words = ("-m", "linlog.cli.main", "serve", "--port", str(port), "--data", str(data))
    begun = time.perf_counter()
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL) as process:
        while not answers(port):
            time.sleep(0.005)
        seconds = time.perf_counter() - begun
        served = Served("", "", data, process.pid)
        found = seconds, served.cpu_s(), served.memory_bytes() / 1e6
        process.terminate()
    return found


def reference() -> tuple[float, float]:
    """Seconds, and those of processors."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(REFERENCE, check=True)
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu


def summed(
    starts: list[tuple[float, float, float]], bare: list[tuple[float, float]]
) -> dict[str, Any]:
    """Medians, and how many times the reference they are."""
    seconds, cpu = median(one[0] for one in starts), median(one[1] for one in starts)
    return {
        "bench": "start",
        "answers_s": round(seconds, 2),
        "slowest_s": round(max(one[0] for one in starts), 2),
        "cpu_s": round(cpu, 2),
        "megabytes": round(max(one[2] for one in starts)),
        "to_imports": round(seconds / median(one[0] for one in bare), 2),
        "cpu_to_imports": round(cpu / median(one[1] for one in bare), 2),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()

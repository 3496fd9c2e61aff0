"""What one process needs at most to give the numbers of boxes, by who gives them.

Each begins with the bytes that it keeps once predictions are matched, alone in a new process, and
loads nothing of the others. `bench_detection` starts them:

    python -m benchmarks.peak linlog|hotcoco FILE
"""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Print the most memory that the process had, in kB."""
    who, path = sys.argv[1:]
    with contextlib.redirect_stdout(io.StringIO()):
        WHO[who](Path(path).read_bytes())
    # Not of getrusage, which counts the process that started this one, too.
    (most,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    sys.stdout.write(f"{most}\n")


def of(who: str, kept: bytes) -> float:
    """MB that a process of its own needs at most, from what `who` keeps."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(kept)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.peak", who, file.name]
        told = subprocess.run(command, capture_output=True, check=True, text=True)
    return round(int(told.stdout) / 1000, 1)


def _linlog(kept: bytes) -> None:
    from linlog.evaluation import average_precision, tallies

    average_precision.averages(tallies.decode(kept))


def _report(kept: bytes) -> None:
    from linlog.evaluation import kinds, tallies

    kind = kinds.get("detection")
    kind.summarize(tallies.decode(kept), kind.Config())


def _hotcoco(kept: bytes) -> None:
    import hotcoco

    made = hotcoco.StreamingEval.from_bytes(kept).finalize()
    made.accumulate()
    made.summarize()


WHO = {"linlog": _linlog, "linlog report": _report, "hotcoco": _hotcoco}


if __name__ == "__main__":
    main()

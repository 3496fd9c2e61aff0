"""What one process does of `bench_growth`, and what it takes: time of processors, and memory.

Both sides get the same made-up images, a block at a time from a seed, and keep what they have
matched in files of a folder:

    python -m benchmarks.growth_steps linlog|hotcoco match|numbers|report IMAGES FOLDER

The reference only fills so much memory: what the system takes to hand out that much.

    python -m benchmarks.growth_steps system fill MEGABYTES FOLDER
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

BLOCK: Final = 500
"""Images that are made up together."""
PREDICTIONS: Final = 25_000
"""Predictions on them."""
AT_ONCE: Final = 250
"""Images that are matched together and kept in one file, on both sides."""


class Clock:
    """Seconds of processors within its blocks."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._begin = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.process_time() - self._begin


def main() -> None:
    """Print what one work takes, as JSON."""
    who, work, images, folder = sys.argv[1:]
    clock = Clock()
    with contextlib.redirect_stdout(io.StringIO()):
        mean = STEPS[who, work](int(images), Path(folder), clock)
    # Not of getrusage, which counts the process that started this one, too.
    (most,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    told = {"s": clock.seconds, "peak_mb": int(most) / 1000, "mean": mean}
    sys.stdout.write(json.dumps(told) + "\n")


def _blocks(images: int) -> Iterator[dict[str, Any]]:
    """Truths and results of some images at a time, each image with a number of its own."""
    import numpy as np

    from benchmarks import boxes

    for block in range(images // BLOCK):
        chance = np.random.default_rng([1, block])
        data = boxes.coco(chance, BLOCK, PREDICTIONS)
        for each in data["truth"]["images"]:
            each["id"] += block * BLOCK
        for each in chain(data["truth"]["annotations"], data["said"]):
            each["image_id"] += block * BLOCK
        yield data


def _match(images: int, folder: Path, clock: Clock) -> None:
    """As a server does while predictions arrive: each part is matched, written and forgotten."""
    from benchmarks import boxes
    from linlog.evaluation import kinds, tallies

    kind, parts = kinds.get("detection"), 0
    for data in _blocks(images):
        items = boxes.items(data)
        for start in range(0, BLOCK, AT_ONCE):
            with clock:
                tally = kind.match(items[start : start + AT_ONCE], kind.Config())
                folder.joinpath(f"{parts:06d}.part").write_bytes(tallies.encode(tally))
            parts += 1


def _merged(folder: Path) -> Any:
    from linlog.evaluation import kinds, tallies

    return kinds.get("detection").merge(
        tallies.decode(path.read_bytes()) for path in sorted(folder.glob("*.part"))
    )


def _numbers(_: int, folder: Path, clock: Clock) -> float:
    from linlog.evaluation import average_precision

    with clock:
        found = average_precision.averages(_merged(folder))
        return average_precision.mean(found.precision[0])


def _report(_: int, folder: Path, clock: Clock) -> float:
    from linlog.evaluation import kinds

    kind = kinds.get("detection")
    with clock:
        report = kind.summarize(_merged(folder), kind.Config())
    (mean,) = (
        one.value
        for block in report.blocks
        if block.type == "scalars" and block.name == "summary"
        for one in block.scalars
        if one.name == report.headline
    )
    assert mean is not None, "a mean of so many images"
    return mean


def _hotcoco_match(images: int, folder: Path, clock: Clock) -> None:
    """Feed its evaluator as many images at a time; it keeps all of them to the end."""
    import hotcoco

    from benchmarks import boxes

    streamed = hotcoco.StreamingEval(boxes.categories(), iou_type="bbox")
    for data in _blocks(images):
        by_image = boxes.by_image(data)
        for start in range(0, BLOCK, AT_ONCE):
            some = zip(*by_image[start : start + AT_ONCE], strict=True)
            columns = [list(chain.from_iterable(column)) for column in some]
            with clock:
                streamed.update(*columns)
    with clock:
        folder.joinpath("streamed").write_bytes(streamed.to_bytes())


def _hotcoco_numbers(_: int, folder: Path, clock: Clock) -> float:
    import hotcoco

    with clock:
        kept = folder.joinpath("streamed").read_bytes()
        made = hotcoco.StreamingEval.from_bytes(kept).finalize()
        made.accumulate()
        made.summarize()
    return float(made.stats[0])


def _hotcoco_arrays(images: int, folder: Path, _: Clock) -> None:
    """Write the arrays that it reads with the least memory: no work of its own."""
    import numpy as np

    for number, data in enumerate(_blocks(images)):
        for name, some in (("truth", data["truth"]["annotations"]), ("said", data["said"])):
            rows = [
                [e["image_id"], *e["bbox"], e.get("score", 1.0), e["category_id"]] for e in some
            ]
            np.save(folder / f"{name}_{number:06d}.npy", np.array(rows))


def _hotcoco_report(images: int, folder: Path, clock: Clock) -> float:
    import hotcoco
    import numpy as np

    from benchmarks import boxes

    def read(name: str) -> Any:
        return np.concatenate([np.load(path) for path in sorted(folder.glob(f"{name}_*.npy"))])

    with clock:
        rows = read("truth")
        truth = hotcoco.COCO.from_arrays(
            [{"id": at, "width": 640, "height": 640} for at in range(1, images + 1)],
            boxes.categories(),
            rows[:, 0].astype(np.int64),
            rows[:, 6].astype(np.int64),
            rows[:, 1:5],
        )
        del rows
        made = hotcoco.COCOeval(truth, truth.load_res(read("said")), "bbox")
        made.evaluate()
        made.accumulate()
        made.summarize()
        mean = float(made.stats[0])
        made.report()
        made.f_scores()
        made.confusion_matrix()
        made.tide_errors()
        made.calibration()
        made.image_diagnostics()
    return mean


def _fill(megabytes: int, _: Path, clock: Clock) -> float:
    import numpy as np

    with clock:
        return float(np.ones(megabytes * 125_000)[-1])


STEPS: Final = {
    ("linlog", "match"): _match,
    ("linlog", "numbers"): _numbers,
    ("linlog", "report"): _report,
    ("hotcoco", "match"): _hotcoco_match,
    ("hotcoco", "numbers"): _hotcoco_numbers,
    ("hotcoco", "arrays"): _hotcoco_arrays,
    ("hotcoco", "report"): _hotcoco_report,
    ("system", "fill"): _fill,
}


if __name__ == "__main__":
    main()

"""Asking a report again through a real server, and what is left to do when training ends.

A server in a process of its own, SQLite, and a client on the same machine: 5,000 images with
36,000 truths of 80 labels and, unless told otherwise, 500,000 predictions, all from a fixed seed.
The reference is one cold evaluation of the same run: matching everything and summarizing.

    python -m benchmarks.bench_reports [--predictions 500000] [--images 5000] [--states 60]
        [--scattered] [--loop [--per-second N]]

With `--scattered` the predictions jump between images instead of coming image by image; with
`--loop` they come as the README has it, one `create_model_run` each, and not in batches: as fast as
that goes, or as fast as a model makes them.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from linlog import LinLogClient, ids
from linlog.server import admin
from linlog.shapes import Box
from linlog.wire import codec
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.model_runs import ModelRun
from linlog.wire.predictions import PredictionCreate, PredictionReceipt, PredictionsCreate
from linlog.wire.tasks import ItemCreate, TaskCreate

LABELS = [f"label {place:02d}" for place in range(80)]
SHARES = 1 / np.arange(1, len(LABELS) + 1)
SHARES /= SHARES.sum()
AT_ONCE = 5000
PACED = 100
"""Predictions between two looks at the clock, where there are to be so many a second."""


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--predictions", type=int, default=500_000)
    parser.add_argument("--states", type=int, default=60)
    parser.add_argument("--scattered", action="store_true")
    parser.add_argument("--loop", action="store_true")
    parser.add_argument("--per-second", type=int)
    asked = parser.parse_args()
    if asked.per_second is not None and not asked.loop:
        parser.error("--per-second paces the loop of --loop: give both, or neither")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (client, data):
        found = measure(client, data, asked)
    sys.stdout.write(json.dumps({"benchmark": "reports", **vars(asked), **found}) + "\n")


@contextmanager
def serving(folder: Path) -> Iterator[tuple[LinLogClient, Path]]:
    """A server on a new folder, and a client of it."""
    data = folder / "data"
    admin.create_user(data, "bench@example.org", "owner", "correct horse battery staple")
    token = admin.create_token(data, "bench")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ["LINLOG_JOURNAL"] = str(folder / "journals")
    environment = {**os.environ, "LINLOG_DATA": str(data), "LINLOG_PORT": str(port)}
    command = [sys.executable, "-m", "linlog.cli.main", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            client = LinLogClient(f"http://127.0.0.1:{port}", token, timeout_s=600)
            _wait_for(client)
            yield client, data
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait_for(client: LinLogClient) -> None:
    for _ in range(200):
        try:
            client.get_organisation()
        except Exception:  # noqa: BLE001 - it is still starting
            time.sleep(0.1)
        else:
            return
    message = "the server did not start"
    raise RuntimeError(message)


def measure(client: LinLogClient, data: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """All times, in seconds or milliseconds as their names say."""
    images, predictions, states = asked.images, asked.predictions, asked.states
    random = np.random.default_rng(0)
    found: dict[str, Any] = {}
    truths = [_truths(random, int(n)) for n in random.multinomial(images * 36 // 5, _even(images))]
    task_ids, dataset_id = _dataset(client, truths)
    version = client.model_versions.create(client.create_model("bench").id, "v1")
    run = client.model_runs.create(dataset_id, version.id)
    counts = random.multinomial(predictions, _even(images))
    # Ids as one client gives them: its own name, and a number.
    names = map(partial(ids.numbered, "prediction", ids.name()), count())
    sent = [
        each
        for task_id, boxes, number in zip(task_ids, truths, counts.tolist(), strict=True)
        for each in _predictions(random, names, task_id, boxes, number)
    ]
    if asked.scattered:
        sent = [sent[place] for place in random.permutation(len(sent)).tolist()]
    if asked.loop:
        found["sent_s"] = _sent_one_by_one(client, run, sent, asked.per_second)
    else:
        found["sent_s"] = _sent(client, run, sent)
    begun = time.perf_counter()
    (started,) = client.model_versions.finish(version.id).evaluations
    client.evaluations.wait(started.id)
    client.get_report(started.id)
    found["readable_after_finish_s"] = _since(begun)
    begun = time.perf_counter()
    again = client.evaluations.create(run.id)
    client.evaluations.wait(again.id)
    found["nothing_changed_s"] = _since(begun)
    mark = client.tasks.get(task_ids[images // 2]).annotations[0]
    client.annotations.update(mark.id, label=LABELS[1])
    begun = time.perf_counter()
    edited = client.evaluations.create(run.id)
    client.evaluations.wait(edited.id)
    found["one_edit_s"] = _since(begun)
    begun = time.perf_counter()
    client.explain_change(started.id, edited.id)
    found["explained_s"] = _since(begun)
    begun = time.perf_counter()
    cold = client.evaluations.verify(started.id)
    found["cold_s"], found["cold_equal"] = _since(begun), cold.equal
    found |= _states(client, dataset_id, edited.id, states)
    found["database_mb"] = round((data / "linlog.sqlite3").stat().st_size / 1e6)
    return found


def _sent(client: LinLogClient, run: ModelRun, sent: Sequence[PredictionCreate]) -> float:
    begun = time.perf_counter()
    for start in range(0, len(sent), AT_ONCE):
        body = PredictionsCreate(predictions=tuple(sent[start : start + AT_ONCE]))
        where = f"/model-runs/{run.id}/predictions"
        client._http.deliver(where, PredictionReceipt, codec.encode(body))  # noqa: SLF001 - as batches
    return _since(begun)


def _sent_one_by_one(
    client: LinLogClient, run: ModelRun, sent: Sequence[PredictionCreate], per_second: int | None
) -> float:
    names = ("left", "top", "width", "height")
    calls = [
        (
            each.task_id,
            {"label": each.label, **{name: getattr(each.shape, name) for name in names}},
            each.confidence,
        )
        for each in sent
    ]
    begun = time.perf_counter()
    for place, (task_id, annotation, confidence) in enumerate(calls):
        if per_second and not place % PACED:
            time.sleep(max(0.0, begun + place / per_second - time.perf_counter()))
        client.create_model_run(
            run.dataset_id, run.model_version_id, task_id, annotation, confidence
        )
    client.flush()
    return _since(begun)


def _states(
    client: LinLogClient, dataset_id: str, evaluation_id: str, number: int
) -> dict[str, Any]:
    """How long changes of state take, by what is changed, and all together."""
    random = np.random.default_rng(1)
    slices = [
        client.slices.create(dataset_id, name, query).id
        for name, query in {
            "large": {"field": "annotation.area", "op": "gt", "value": 96**2},
            "night": {"field": "metadata.night", "op": "is", "value": True},
            "wrong": {"field": "score", "op": "lt", "value": 0.5},
        }.items()
    ]
    choices: dict[str, Callable[[], Any]] = {
        "confidence_threshold": lambda: round(float(random.random()), 3),
        "iou_threshold": lambda: round(float(random.uniform(0.1, 0.95)), 3),
        "label_map": lambda: dict.fromkeys(
            random.choice(LABELS, int(random.integers(2, 6)), replace=False).tolist(), "joined"
        ),
        "slice_id": lambda: slices[random.integers(3)],
        "split": lambda: ["train", "validation", "test"][random.integers(3)],
        "missing": lambda: ["missed", "left out"][random.integers(2)],
    }
    times: dict[str, list[float]] = {name: [] for name in choices}
    state: dict[str, Any] = {}
    for place in range(number):
        name = [*choices][place % len(choices)]
        state = (
            {**state, name: choices[name]()} if random.random() < 0.7 else {name: choices[name]()}
        )
        begun = time.perf_counter()
        client.get_report(evaluation_id, **state)
        times[name].append(1000 * (time.perf_counter() - begun))
    everything = [each for some in times.values() for each in some]
    return {
        "state_p50_ms": round(float(np.percentile(everything, 50))),
        "state_p95_ms": round(float(np.percentile(everything, 95))),
        "state_max_ms": round(max(everything)),
        "by_change_ms": {name: round(float(np.median(some))) for name, some in times.items()},
    }


def _dataset(client: LinLogClient, truths: list[list[AnnotationCreate]]) -> tuple[list[str], str]:
    project = client.create_project("Bench")
    task_ids: list[str] = []
    for start in range(0, len(truths), 500):
        new = [
            TaskCreate(
                item=ItemCreate(type="image", url=f"https://example.org/{at}.jpg", external=True),
                complete=True,
                annotations=tuple(marks),
                metadata={"night": at % 3 == 0, "camera": at % 7},
            )
            for at, marks in enumerate(truths[start : start + 500], start)
        ]
        task_ids += [task.id for task in client.tasks.create_all(project.id, new)]
    dataset = client.datasets.create("bench", task_ids=task_ids)
    client.datasets.split(dataset.id, seed=1)
    return task_ids, dataset.id


def _truths(random: np.random.Generator, number: int) -> list[AnnotationCreate]:
    return [
        AnnotationCreate(label=label, shape=Box(*place))
        for label, place in zip(_labels(random, number), _places(random, number), strict=True)
    ]


def _predictions(
    random: np.random.Generator,
    names: Iterator[str],
    task_id: str,
    truths: list[AnnotationCreate],
    number: int,
) -> Iterator[PredictionCreate]:
    """Most truths once or twice and unsharply, and for the rest anything anywhere, unsure."""
    near = min(number, len(truths) * 3 // 2)
    labels, places = _labels(random, number), _places(random, number)
    blur = random.normal(1, 0.08, (number, 4))
    sure, unsure = random.beta(4, 2, number), random.beta(1, 6, number)
    for at in range(number):
        place, label, confidence = places[at], labels[at], float(unsure[at])
        if at < near:
            truth: Any = truths[at % len(truths)]
            box = truth.shape
            place = [
                float(abs(side * b))
                for side, b in zip(
                    (box.left, box.top, box.width, box.height), blur[at], strict=True
                )
            ]
            label = truth.label if random.random() < 0.85 else label
            confidence = float(sure[at])
        yield PredictionCreate(
            id=next(names),
            task_id=task_id,
            label=label,
            shape=Box(*place),
            confidence=confidence,
        )


def _labels(random: np.random.Generator, number: int) -> list[str]:
    return [LABELS[place] for place in random.choice(len(LABELS), number, p=SHARES)]


def _places(random: np.random.Generator, number: int) -> list[list[float]]:
    corners = random.uniform(0, 600, (number, 2))
    sizes = np.exp(random.normal(4, 1, (number, 2)))
    found: list[list[float]] = np.concatenate([corners, sizes], axis=1).tolist()
    return found


def _even(number: int) -> np.ndarray[Any, Any]:
    return np.full(number, 1 / number)


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 3)


if __name__ == "__main__":
    main()

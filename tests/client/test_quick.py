"""The short ways into the journal leave what the long ways leave."""

import math
import random
from typing import Any

import numpy as np
import pytest

from linlog import LinLogClient, ModelTrainer, ids
from linlog.client.transports.recorded import RecordedTransport
from linlog.wire.log_entries import LARGEST_STEP
from tests.client.test_predictions import BEGIN, RUN, STORE, STORE_OTHERS, sent, stored
from tests.client.test_trainer import LOG, VERSION, accepted, entries


class Text(str):
    """A text of a type of its own."""

    __slots__ = ()


VALUES: list[Any] = [
    *(0.5, -1e300, 5e-324, 3, -(2**63), 2**64 - 1, 2**64, 2**80, True, None, "grün", ""),
    *(math.nan, math.inf, -math.inf, np.float32(0.5), np.float64(0.25), np.int64(7), Text("x")),
    *({"a": math.nan}, [1, math.inf], (1, 2), {3}, b"bytes", 1j, np.arange(3), "\ud800"),
]
KEYS: list[Any] = ["loss", "a.b", "", "$number", "$$number", "$x", 1, 1.5, None, Text("t"), "ü"]
STEPS: list[Any] = [None, 0, -3, LARGEST_STEP, 2**53, True, 2.0, np.int32(5), "two"]


def logged(data: list[tuple[dict[Any, Any], Any]], *, quick: bool) -> list[dict[str, Any]]:
    """The entries that arrive, without their time."""
    transport = RecordedTransport({"POST /api/v2/models/m_1/versions": VERSION, LOG: accepted})
    with LinLogClient("http://127.0.0.1:1", "t", transport=transport) as client:
        trainer = ModelTrainer(client)
        trainer.init("m_1", "v")
        trainer.log({"first": 1})
        assert trainer._quick is not None
        for values, step in data:
            if not quick:
                trainer._quick = None
            trainer.log(values, step)
    keys = ("step", "segment", "data")
    return [{key: entry[key] for key in keys} for entry in entries(transport)]


@pytest.mark.parametrize("seed", range(25))
def test_a_log_entry_is_the_same_either_way(seed: int) -> None:
    chance = random.Random(seed)
    data = [
        (
            {
                chance.choice(KEYS): chance.choice(VALUES if chance.random() < 0.5 else VALUES[:8])
                for _ in range(chance.randint(0, 3))
            },
            chance.choice(STEPS),
        )
        for _ in range(40)
    ]
    found = logged(data, quick=True)
    assert found == logged(data, quick=False)
    assert len(found) > 10


def predicted(calls: list[tuple[Any, ...]], *, quick: bool) -> tuple[list[Any], list[Any]]:
    """What was given back or raised, and what arrives."""
    transport = RecordedTransport({BEGIN: RUN, STORE: stored, STORE_OTHERS: stored})
    back: list[Any] = []
    with LinLogClient("http://127.0.0.1:1", "t", transport=transport) as client:
        client.create_model_run("d_1", "mv_1", "t_first", "x")
        for task_id, annotation, confidence, label in calls:
            if not quick:
                client.predictions._writers.clear()
            arguments = ("d_1", "mv_1", task_id, annotation, confidence)
            try:
                made = client.create_model_run(*arguments, label=label)
            except (ValueError, TypeError) as error:
                back.append((type(error), str(error)))
            else:
                back.append((made.task_id, made.label, made.shape, made.confidence))
    requests = [each for each in transport.requests if "/predictions" in each.url]
    return back, sorted(map(numbered, (each for one in requests for each in sent(one))), key=str)


def numbered(prediction: Any) -> list[Any]:
    """What was sent of a prediction, with its number and without the name of who numbers it."""
    if isinstance(prediction, list):
        return prediction
    _, number = ids.maker_and_number(prediction.pop("id"))
    return [number, prediction]


NUMBERS: list[Any] = [1.5, 0.0, -2.0, 3, 1e9, 2e9, math.nan, np.float32(4), "5", None]


@pytest.mark.parametrize("seed", range(25))
def test_a_prediction_is_the_same_either_way(seed: int) -> None:
    chance = random.Random(seed)

    def number() -> Any:
        return chance.choice(NUMBERS[:2] if chance.random() < 0.8 else NUMBERS)

    def annotation() -> Any:
        box = {key: number() for key in ("left", "top", "width", "height")}
        label = chance.choice(["cat", "cat", "dog", " ", "", 5, None, "x" * 201, "a\0"])
        extra = chance.choice([{}, {}, {}, {"type": "box"}, {"attributes": {"a": 1}}, {"odd": 1}])
        return chance.choice([{"label": label, **box, **extra}, {"label": label, **box}, "cat", 7])

    calls = [
        (
            chance.choice(["t_1", "t_2", "d_1", 5, ""]),
            annotation(),
            chance.choice([0.5, 0.0, 1.0, 1, None, 1.5, -0.5, math.nan, np.float32(0.25), True]),
            chance.choice([None, None, None, "owl", "", 3]),
        )
        for _ in range(60)
    ]
    assert predicted(calls, quick=True) == predicted(calls, quick=False)

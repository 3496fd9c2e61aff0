"""The hot readers agree with the wire's own classes, and take what is usual."""

import json
import random
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from linlog import ids, shapes
from linlog.server import hot, packs
from linlog.wire.log_entries import LogEntriesCreate
from linlog.wire.predictions import BoxesCreate, PredictionCreate, PredictionsCreate
from tests.contract.test_shapes import SAMPLES
from tests.factories import doublings

STRICT_PREDICTIONS = TypeAdapter(PredictionsCreate)
STRICT_BOXES = TypeAdapter(BoxesCreate)
STRICT_ENTRIES = TypeAdapter(LogEntriesCreate)
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**53, 2**63, 2**70, 0.5, -0.0, 1e9, 1.1e9, -1e300, "", " "),
    *("x", "a" * 201, "\0", "ü🌍", [], [1], {}, {"a": 1}, "2026-01-01T00:00:00Z", "t_1", "pr_1"),
    *("0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-23:59"),
]


def shape(chance: random.Random) -> dict[str, Any]:
    """A shape that is right."""
    number = lambda: chance.choice([chance.uniform(0, 500), float(chance.randint(0, 9)), 7])  # noqa: E731
    ring = lambda: [[number(), number()] for _ in range(chance.randint(3, 5))]  # noqa: E731
    return chance.choice(
        [
            {"type": "box", "left": number(), "top": number(), "width": number(), "height": 3},
            {"type": "box", "left": -5, "top": 2, "width": 1, "height": 0, "rotation": number()},
            {"type": "span", "start": 1, "end": chance.randint(2, 9)},
            {"type": "whole"},
            {
                "type": "polygon",
                "segments": [{"path": ring(), "holes": [ring()]}, {"path": ring()}],
            },
        ]
    )


def prediction(chance: random.Random) -> dict[str, Any]:
    """A prediction that is right."""
    made: dict[str, Any] = {
        "id": chance.choice([ids.new("prediction"), ids.numbered("prediction", "maker", 3)]),
        "task_id": ids.new("task"),
        "label": chance.choice(["cat", "ü", "a b"]),
        "shape": shape(chance),
    }
    if chance.random() < 0.7:
        made["confidence"] = chance.choice([0, 1, 0.25, None])
    if chance.random() < 0.3:
        made["attributes"] = {"a": [1, {"b": None}]}
    return made


def box_row(chance: random.Random) -> list[Any]:
    """A row of a box that is right."""
    number = lambda: chance.choice([chance.uniform(0, 500), chance.randint(0, 9)])  # noqa: E731
    confidence = chance.choice([0, 1, 0.25, None])
    sides = (number(), -number(), number(), number())
    return [ids.new("task"), chance.randint(0, 9), chance.choice(["a b", "ü"]), confidence, *sides]


def entry(chance: random.Random) -> dict[str, Any]:
    """A log entry that is right."""
    made: dict[str, Any] = {"number": chance.randint(0, 9), "step": chance.randint(-9, 9)}
    made["data"] = {"loss": chance.random(), "deep": {"a": [1, None]}}
    if chance.random() < 0.5:
        made["logged_date"] = chance.choice(["2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00+02:00"])
    return made


def changed(chance: random.Random, data: Any) -> Any:
    """The same with one thing changed, gone or too many, anywhere in it."""
    if isinstance(data, dict) and data and chance.random() < 0.9:
        key = chance.choice(list(data))
        way = chance.random()
        if way < 0.1:
            return {name: value for name, value in data.items() if name != key}
        if way < 0.2:
            return {**data, "surplus": 1}
        return {**data, key: changed(chance, data[key])}
    if isinstance(data, list) and data and chance.random() < 0.8:
        at = chance.randrange(len(data))
        return [*data[:at], changed(chance, data[at]), *data[at + 1 :]]
    return chance.choice(ODD)


def strictly(kind: TypeAdapter[Any], body: bytes) -> Any:
    """What the wire's class reads; None where it refuses."""
    try:
        return kind.validate_python(json.loads(body))
    except ValidationError:
        return None


@pytest.mark.parametrize("seed", range(30))
def test_usual_predictions_are_read_alike(seed: int) -> None:
    chance = random.Random(seed)
    body = json.dumps({"predictions": [prediction(chance) for _ in range(20)]}).encode()
    found, expected = hot.read_predictions(body), strictly(STRICT_PREDICTIONS, body)
    assert found is not None
    assert expected is not None
    for one, other in zip(found.predictions, expected.predictions, strict=True):
        assert (one.id, one.task_id, one.label) == (other.id, other.task_id, other.label)
        assert (one.confidence, one.attributes) == (other.confidence, other.attributes)
    stored = packs.read(packs.write(enumerate(found.predictions)))
    again = packs.read(packs.write(enumerate(expected.predictions)))
    assert stored == again
    assert [row[3] for row in stored] == [each.shape for each in expected.predictions]


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_taken_that_the_wire_refuses(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(50):
        predictions = {"predictions": [prediction(chance), prediction(chance)]}
        body = json.dumps(changed(chance, predictions)).encode()
        taken = hot.read_predictions(body)
        expected = strictly(STRICT_PREDICTIONS, body)
        if taken is not None:
            assert expected is not None, body
            stored = packs.read(packs.write(enumerate(taken.predictions)))
            assert stored == packs.read(packs.write(enumerate(expected.predictions)))


@pytest.mark.parametrize("seed", range(60))
def test_boxes_are_read_alike(seed: int) -> None:
    chance = random.Random(seed)
    for wrong in [False] * 5 + [True] * 45:
        sent = {"client_id": "here-1", "boxes": [box_row(chance), box_row(chance)]}
        body = json.dumps(changed(chance, sent) if wrong else sent).encode()
        taken, expected = hot.read_boxes(body), strictly(STRICT_BOXES, body)
        assert taken is not None or wrong
        if taken is not None:
            assert expected is not None, body
            assert (taken.client_id, tuple(taken.boxes)) == (expected.client_id, expected.boxes)


@pytest.mark.parametrize("seed", range(60))
def test_log_entries_are_read_alike(seed: int) -> None:
    chance = random.Random(seed)
    for wrong in [False] * 5 + [True] * 45:
        sent = {"client_id": "here", "entries": [entry(chance), entry(chance)], "late": True}
        body = json.dumps(changed(chance, sent) if wrong else sent).encode()
        taken, expected = hot.read_entries(body), strictly(STRICT_ENTRIES, body)
        assert taken is not None or wrong
        if taken is not None:
            assert expected is not None, body
            assert (taken.client_id, taken.late) == (expected.client_id, expected.late)
            for one, other in zip(taken.entries, expected.entries, strict=True):
                assert (one.number, one.step, one.data) == (other.number, other.step, other.data)
                assert (one.logged_date, one.segment) == (other.logged_date, other.segment)


@pytest.mark.parametrize(
    ("comma", "colon"), [(",", ":"), (", ", ": "), (",", " : "), (",\n", "\t:")]
)
@pytest.mark.parametrize("seed", range(10))
def test_keys_that_come_twice_are_left_to_the_wire(seed: int, comma: str, colon: str) -> None:
    chance = random.Random(seed)
    hand = {"comma": comma, "colon": colon}
    entries = {"client_id": "a:b", "entries": [entry(chance), entry(chance)], "late": False}
    two = {"predictions": [prediction(chance), prediction(chance)]}
    boxes = {"client_id": "a", "boxes": [box_row(chance), box_row(chance)]}
    for sent, read, least in (
        (two, hot.read_predictions, 9),
        (entries, hot.read_entries, 9),
        (boxes, hot.read_boxes, 2),
    ):
        assert read(doublings.once(sent, **hand)) is not None
        twice = [*doublings.of(sent, **hand)]
        assert len(twice) >= least
        assert [body for body in twice if read(body) is not None] == []


def test_a_key_that_is_missing_hides_none_that_comes_twice() -> None:
    made = {"id": "pr_1", "task_id": "t_1", "label": "x", "shape": {"type": "whole"}}
    whole = json.dumps({**made, "confidence": 1, "attributes": {}}, separators=(",", ":"))
    twice = (
        json.dumps(made, separators=(",", ":"))[:-1] + ',"label":"y","confidence":1,"id":"pr_2"}'
    )
    for body in (f'{{"predictions":[{whole},{twice}]}}', f'{{"predictions":[{twice}]}}'):
        assert hot.read_predictions(body.encode()) is None


def test_shapes_of_every_kind_are_packed() -> None:
    examples = [
        shapes.from_json({"type": name, **sample})
        for name, samples in SAMPLES.items()
        for sample in samples
    ]
    assert {example.name for example in examples} == set(shapes.TABLE)
    made = [
        PredictionCreate(id="pr_1", task_id="t_1", label="x", shape=example) for example in examples
    ]
    found = packs.read(packs.write(enumerate(made)))
    assert [row[3] for row in found] == examples
